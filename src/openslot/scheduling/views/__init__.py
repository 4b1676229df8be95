"""Bookings as people and programs look at them: slots, a branch's day, statistics."""
