"""A formula in names, and the same with values put in: written when somebody reads it."""

from collections.abc import Callable


class Text:
    """Formula and substituted text of a number.

    Most figures are made on the way to others and never shown, so that their text is not written
    before it is asked for; `write` gives both.
    """

    __slots__ = ("_written",)

    def __init__(self, write: tuple[str, str] | Callable[[], tuple[str, str]]) -> None:
        self._written = write

    @property
    def both(self) -> tuple[str, str]:
        """Formula in names, and with values put in."""
        if not isinstance(self._written, tuple):
            self._written = self._written()
        return self._written

    @property
    def formula(self) -> str:
        """In names."""
        return self.both[0]

    @property
    def shown(self) -> str:
        """With values put in."""
        return self.both[1]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self.both == other.both

    def __hash__(self) -> int:
        return hash(self.both)

    def __repr__(self) -> str:
        return f"Text({self.both!r})"


NO_TEXT = Text(("", ""))
