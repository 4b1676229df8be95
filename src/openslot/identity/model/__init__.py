"""The values that identity is about, as its store reads them. Imports `kernel` alone."""
