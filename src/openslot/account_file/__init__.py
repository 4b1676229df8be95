"""The account file: one document for a whole account: read, checked, applied and exported."""
