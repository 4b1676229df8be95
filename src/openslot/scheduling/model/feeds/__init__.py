"""What a feed is."""
