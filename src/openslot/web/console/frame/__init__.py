"""What every page of the console has: who is signed in, what they may do, how it looks."""
