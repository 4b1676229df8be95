"""Journeys that need programs of the system which the tests cannot bring along."""
