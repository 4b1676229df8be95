"""Tests of transactions, and of what becomes of them when something fails."""
