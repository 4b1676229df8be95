"""What the program says of itself while it runs: logs and traces, nothing personal in them."""
