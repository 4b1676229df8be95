"""Reading and changing what an account offers."""
