"""What messages say."""
