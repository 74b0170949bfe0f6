"""What the parts of the reader may ask of it; named here so that they need not import it."""

from collections.abc import Mapping
from typing import Protocol, TypeVar

from sysdesign.design.shape import Key, Record
from sysdesign.read.context import Context
from sysdesign.source import Node

R = TypeVar("R", bound=Record)


class Reads(Protocol):
    """The reader, as amounts, statements and steps see it."""

    context: Context

    def wrong(self, node: Node, wanted: str, **more: str) -> None:
        """Say that something else is wanted here."""

    def scalar(self, node: Node, wanted: str) -> str | None:
        """Text of a scalar, or a problem that says what is wanted."""

    def choose(self, text: str, node: Node, words: tuple[str, ...], what: str) -> str | None:
        """One of some words, or the nearest to it with a problem."""

    def record(self, cls: type[R], keys: Mapping[str, Key], node: Node, path: str, /) -> R:
        """A record of a class from a map."""
        ...
