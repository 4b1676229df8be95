"""The authorization endpoint: a person allows a client to act for them."""
