"""The values of scheduling, and the rules that need nothing else. Pure."""
