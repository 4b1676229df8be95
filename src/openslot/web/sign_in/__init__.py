"""The pages where people sign in, choose a password, and see what they have let in."""
