"""Tables and calendars, taken over."""
