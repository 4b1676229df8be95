"""Which starts are bookable, and who serves. Pure."""
