"""Branches, services, resources and how they go together: listed, made, changed, taken away."""
