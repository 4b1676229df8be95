"""People who sign in: users, passwords, second factors, sessions, consents."""
