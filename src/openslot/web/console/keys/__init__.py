"""The signing keys of the installation, for the account that looks after it."""
