"""People who sign in to the account: invited, given a role, disabled."""
