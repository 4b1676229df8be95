"""`openslot import`: tables and calendars of other programs, imported."""
