"""Checks of step 2: the operations, as a contract."""
