"""Tokens and the grants behind them: issued, read, refreshed, revoked."""
