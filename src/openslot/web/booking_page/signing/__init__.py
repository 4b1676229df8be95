"""What the page hands out and takes back unchanged: tokens, and hidden fields of forms."""
