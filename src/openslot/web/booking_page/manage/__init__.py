"""The link by which one person moves or cancels one appointment."""
