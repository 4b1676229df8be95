"""What several rooms show of appointments, and do with them."""
