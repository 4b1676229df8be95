"""How much one address and one person may hold and book, and the puzzle beyond."""
