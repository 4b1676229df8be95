"""Rows of appointments by who comes, and the words by which people are found."""
