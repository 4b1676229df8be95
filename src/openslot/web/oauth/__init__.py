"""The OAuth endpoints and the documents that describe them."""
