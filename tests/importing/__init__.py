"""Tables and calendars, imported."""
