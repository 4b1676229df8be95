"""Programs of the account: their scopes, secrets, API keys and tokens."""
