"""The format of iCalendar files: lines, components, values, zones and rules, each by itself."""
