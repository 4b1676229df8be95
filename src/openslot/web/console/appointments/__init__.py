"""One appointment: its page, and the pages that book, move and cancel."""
