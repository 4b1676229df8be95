"""Users and their invitations, as a collection."""
