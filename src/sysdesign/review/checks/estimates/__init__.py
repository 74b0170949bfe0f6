"""Checks of step 3: the numbers, and where they come from."""
