"""Calendar feeds: made, given another address, and revoked."""
