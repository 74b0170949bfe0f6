"""Simulation: discrete events for what formulas cannot tell."""
