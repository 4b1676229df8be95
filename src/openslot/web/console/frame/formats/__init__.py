"""How dates, times and numbers are written, and in which language."""
