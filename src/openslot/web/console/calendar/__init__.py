"""The calendar: a day of every resource or a week of one, and time that is taken from them."""
