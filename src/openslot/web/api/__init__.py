"""How the APIs show what they share: times, customers, the catalogue in one language."""
