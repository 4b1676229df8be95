"""What leaves the installation."""
