"""What can be booked and what happens to it."""
