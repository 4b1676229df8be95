"""The audit trail, read by program."""
