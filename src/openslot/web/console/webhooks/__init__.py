"""Who outside is told of events: addresses, secrets, and what was sent."""
