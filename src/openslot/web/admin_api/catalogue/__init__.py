"""Branches, services, resources and the rest of the catalogue, as collections."""
