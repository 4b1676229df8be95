"""Choosing a time for an appointment: the pages that book and move."""
