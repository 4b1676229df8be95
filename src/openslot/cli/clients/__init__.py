"""`openslot client`: OAuth clients, their secrets and API keys."""
