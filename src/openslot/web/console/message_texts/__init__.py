"""What customers are written: by which channels, in whose name, in which words."""
