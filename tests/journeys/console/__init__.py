"""Staff at work with the console, in a real browser at a real server."""
