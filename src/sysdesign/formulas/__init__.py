"""Textbook formulas: plain numbers in, plain numbers out; each names its source."""
