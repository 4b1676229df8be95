"""Requests to addresses that strangers name: which of them may be reached, and how."""
