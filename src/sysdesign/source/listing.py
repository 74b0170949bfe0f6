"""Words for people, one after the other."""

from collections.abc import Iterable


def listed(words: Iterable[str]) -> str:
    """All of them: `a`, `a and b`, `a, b and c`; nothing where there are none."""
    every = list(words)
    return " and ".join(filter(None, (", ".join(every[:-1]), *every[-1:])))
