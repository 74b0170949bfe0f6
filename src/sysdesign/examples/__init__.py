"""Designs that come with the program: complete, checked, read by the tests."""
