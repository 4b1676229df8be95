"""Journeys: the installed program, real servers, real clients."""
