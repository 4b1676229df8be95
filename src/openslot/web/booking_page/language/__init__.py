"""What the page says, and how its languages write dates, times and numbers."""
