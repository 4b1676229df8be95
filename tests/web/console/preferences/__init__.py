"""The room `preferences` of the console."""
