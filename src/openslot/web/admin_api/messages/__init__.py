"""What customers were told of an appointment, and will be."""
