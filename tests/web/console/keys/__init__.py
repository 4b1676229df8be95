"""The room `keys` of the console."""
