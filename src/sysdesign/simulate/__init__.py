"""Discrete-event simulation of a network: what formulas cannot do."""
