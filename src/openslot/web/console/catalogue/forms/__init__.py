"""The form of each kind: what a field shows of an entry, and what a form makes of it."""
