"""Feeds of the account: addresses at which calendars fetch appointments."""
