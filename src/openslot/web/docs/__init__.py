"""Pages about the API: the reference at `/docs`, and one page for every error code."""
