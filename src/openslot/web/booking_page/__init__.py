"""The booking page: where the public books without an account of its own, and the manage link."""
