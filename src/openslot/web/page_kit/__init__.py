"""What every page needs, whoever it is for: requests, forms, cookies, rendering, signing in."""
