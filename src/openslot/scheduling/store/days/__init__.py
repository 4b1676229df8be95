"""Rows of what a branch's day shows, each read at once for all its appointments."""
