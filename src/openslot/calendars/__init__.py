"""Calendars of other programs (RFC 5545), read."""
