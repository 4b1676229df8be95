"""How an account's booking page looks, what it says, and its limits."""
