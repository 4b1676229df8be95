"""The account's own OAuth 2 server: accounts, clients, people, keys, tokens. No HTTP here."""
