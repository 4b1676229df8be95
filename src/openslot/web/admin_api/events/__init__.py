"""What happened to bookings, in the order of commits, for programs that follow it."""
