"""Statistics: what was booked and what became of it, in tables, charts and files."""
