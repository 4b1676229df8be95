"""What leaves the installation: events as the outside sees them, and the ways to get there."""
