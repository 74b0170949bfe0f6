"""Checks of step 1: what is built, for whom, and how well."""
