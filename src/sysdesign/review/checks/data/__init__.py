"""Checks of step 4: what is kept, where, and how it is found."""
