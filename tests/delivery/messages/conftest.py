"""The two accounts of the booking rules' tests, with their clocks standing still."""

from scheduling.conftest import acme, first_day, globex, town

__all__ = ["acme", "first_day", "globex", "town"]
