"""Calendars (RFC 5545): files of other programs, read; objects of our appointments, written."""
