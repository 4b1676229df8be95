"""How a user likes the console."""
