"""iCalendar files, read without a database."""
