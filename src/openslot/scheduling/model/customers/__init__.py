"""Who comes to an appointment: a person's data, and what of it is needed."""
