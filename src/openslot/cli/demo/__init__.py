"""The demo: an account in the current folder, with clients, bookings and a walkthrough."""
