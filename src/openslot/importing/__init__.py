"""Tables and calendars of other programs, imported row by row, with a report."""
