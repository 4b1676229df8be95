"""The pages where people sign in and look after their own account."""
