"""How requests reach the pages: addresses, who sends them, styles and scripts."""
