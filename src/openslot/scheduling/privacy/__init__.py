"""What is held of a person: given out and erased."""
