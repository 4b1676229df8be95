"""What happened, written in the transaction that did it."""
