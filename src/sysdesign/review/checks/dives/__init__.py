"""Checks of step 6: deep dives."""
