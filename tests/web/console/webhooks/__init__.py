"""The room `webhooks` of the console."""
