"""The day list on paper."""
