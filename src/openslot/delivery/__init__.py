"""What leaves the installation: how events look outside, and later the ways to get there."""
