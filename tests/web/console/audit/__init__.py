"""The room `audit` of the console."""
