"""The embedded database: one SQLite file, one writer, group commit."""
