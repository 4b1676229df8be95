"""The audit trail: read, and taken away as a file."""
