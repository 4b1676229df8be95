"""Whether anything secret that the tests bring about stands in a log."""
