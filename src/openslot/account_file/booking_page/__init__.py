"""What an account says of its booking page: colours, logo, texts, origins, limits."""
