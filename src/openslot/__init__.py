"""Openslot: appointments for many organisations, with their own OAuth 2 server."""
