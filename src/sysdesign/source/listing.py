"""Words for people, one after the other."""

from collections.abc import Iterable


def shortened(text: str, most: int) -> str:
    """The text, its end left out where it is longer than so many characters."""
    return text if len(text) <= most else f"{text[: max(most - 1, 1)].rstrip()}…"


def listed(words: Iterable[str]) -> str:
    """All of them: `a`, `a and b`, `a, b and c`; nothing where there are none."""
    every = list(words)
    return " and ".join(filter(None, (", ".join(every[:-1]), *every[-1:])))
