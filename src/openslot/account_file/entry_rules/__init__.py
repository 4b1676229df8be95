"""The rules of single entries of an account file, beside those of the whole."""
