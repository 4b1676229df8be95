"""`openslot mail`: commands about the mail server."""
