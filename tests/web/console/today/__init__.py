"""The day at the desk: its page, its acts, its stream."""
