"""The two errors of this package: one with a place in a text, one of bare arithmetic."""

from __future__ import annotations

from collections.abc import Iterable


class QuantityError(ValueError):
    """What is wrong in the text of a quantity, where, and what to write instead.

    `start` and `end` are offsets into the text; `suggestion` is the nearest known word, if any.
    """

    def __init__(
        self,
        message: str,
        start: int = 0,
        end: int = 0,
        hint: str | None = None,
        suggestion: str | None = None,
    ) -> None:
        super().__init__(message if hint is None else f"{message}; {hint}")
        self.message = message
        self.start = start
        self.end = end
        self.hint = hint
        self.suggestion = suggestion

    @property
    def further_hint(self) -> str | None:
        """The hint, unless it only repeats the suggestion."""
        repeats = (f"did you mean {self.suggestion}?", f"write {self.suggestion}")
        return None if self.suggestion and self.hint in repeats else self.hint


class ArithmeticTrouble(ArithmeticError):  # noqa: N818 - trouble is what its readers call it
    """A calculation without a usable result: too large, not a number, a divisor of zero."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class DivisionByZero(ArithmeticTrouble):
    """The divisor is zero, or may be."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that looks most like `word`, or None where none is near."""
    from difflib import get_close_matches  # only a mistake pays for this import

    # A long word is near to none, and the search takes time in proportion to its length.
    return next(iter(get_close_matches(word[:40], known, n=1, cutoff=0.7)), None)
