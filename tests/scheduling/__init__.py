"""Tests of what can be booked, and what happens to it."""
