"""The room `clients` of the console."""
