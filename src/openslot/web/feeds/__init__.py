"""Feeds as calendars fetch them: the token in the address is all that they have."""
