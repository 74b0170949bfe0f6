"""The judge of the simulation: slow, obvious, plain Python, written from the words alone."""

from tests.simulate.oracle.oracle import Answer, Oracle, Seen, simulate

__all__ = ["Answer", "Oracle", "Seen", "simulate"]
