"""Webhooks: addresses outside that are told of events, signed, until they have heard."""
