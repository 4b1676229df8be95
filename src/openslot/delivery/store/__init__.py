"""SQL of what leaves the installation, closed to everybody outside `delivery`."""
