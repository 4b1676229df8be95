"""What is done with bookings: hold, confirm, move, cancel, block."""
