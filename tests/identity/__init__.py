"""Tests of the OAuth server: its rules, its storage, its endpoints, and other people's clients."""
