"""From a held time to an appointment: details, check, confirm, done."""
