"""Where staff work: the desk's day, the calendar, customers, set-up, programs, users, figures."""
