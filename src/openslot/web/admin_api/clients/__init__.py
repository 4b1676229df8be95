"""OAuth clients and their secrets, as collections."""
