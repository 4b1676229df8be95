"""Webhooks, their secrets and deliveries, and what a sandbox account has recorded."""
