"""Signing keys and what is done with them: their life, JWS, the master key."""
