"""What messages to customers say: the product's own texts, and those of an account."""
