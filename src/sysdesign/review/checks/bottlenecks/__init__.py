"""Checks of step 7: bottlenecks and failure."""
