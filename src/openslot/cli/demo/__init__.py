"""The demo: a town's account in the current folder, with clients, bookings and a walkthrough."""
