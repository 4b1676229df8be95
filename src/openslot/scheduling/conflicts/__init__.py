"""Which appointments a change leaves without a place, and which fit again."""
