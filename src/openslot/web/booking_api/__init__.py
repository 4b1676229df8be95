"""The booking API: services, slots, reservations, appointments."""
