"""The first page of the set-up, the first run, and what an account sets for itself."""
