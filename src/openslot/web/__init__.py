"""The HTTP server and everything that it answers."""
