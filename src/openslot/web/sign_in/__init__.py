"""The pages where people sign in and manage their own account."""
