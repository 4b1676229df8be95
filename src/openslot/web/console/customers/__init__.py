"""Finding people, seeing what they have booked, and giving out or erasing what is held of them."""
