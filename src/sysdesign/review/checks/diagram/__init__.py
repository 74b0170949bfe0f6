"""Checks of step 5: the parts and how they work together."""
