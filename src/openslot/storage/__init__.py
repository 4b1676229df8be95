"""Transactions on a database: tenancy, migrations, what they share on SQLite and PostgreSQL."""
