"""The account itself, its file, and the clock of a sandbox."""
