"""The words of pages in several languages, and how each language writes dates and numbers."""
