"""The account's own OAuth 2 server: accounts, clients, keys, tokens. No HTTP here."""
