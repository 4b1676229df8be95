"""`/` and unknown addresses, for people who come with a browser."""
