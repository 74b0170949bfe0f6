"""Checks of step 11: trade-offs and wrap-up."""
