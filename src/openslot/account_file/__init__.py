"""The account file: one document that says all of an account, read, checked, applied, exported."""
