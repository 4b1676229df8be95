"""What runs in the background: a list of loops."""
