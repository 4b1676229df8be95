"""Tests of what customers are told, and when."""
