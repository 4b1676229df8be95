"""People as staff know them: which appointments are one person's, and how a person is found."""
