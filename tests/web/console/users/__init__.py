"""The room `users` of the console."""
