"""Rows about visitors of the booking page: what an address did, and how it proved to be human."""
