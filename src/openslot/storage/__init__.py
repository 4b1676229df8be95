"""The database: transactions, tenancy, migrations. SQL is here and in each part's `store` alone."""
