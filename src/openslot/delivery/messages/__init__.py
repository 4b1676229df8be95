"""What customers are told of their appointments, and when."""
