"""What every page with a form needs: cookies, tokens of forms, origin checks, rendering."""
