"""The admin API: what runs an account by program."""
