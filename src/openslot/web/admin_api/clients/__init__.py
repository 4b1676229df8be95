"""OAuth clients with their secrets and API keys, as collections."""
