"""Acts on what an account has beside its appointments: users, clients, webhooks, its own row."""
