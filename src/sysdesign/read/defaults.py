"""Defaults of a kind, read as if they stood in the file, when they are first asked for."""

from collections.abc import Callable, Iterator, Mapping

from sysdesign.design import Default, Shape
from sysdesign.kinds import Field, Kind
from sysdesign.read.yaml_tree import parse_value
from sysdesign.source import Node

CURRENCY = "USD"
"""Currency of the cited prices."""
Read = Callable[[Shape, Node, str], object]


class KindDefaults(Mapping[str, Default]):
    """What a component of a kind takes where its file is silent, by key.

    Prices are left out where the design counts in another currency than they are cited in.
    """

    def __init__(self, kind: Kind, managed: bool | None, read: Read, currency: str) -> None:
        self._kind = kind
        self._read = read
        self._fields: dict[str, Field] = {
            f.name: f for f in kind.defaults(managed) if f.name != "price" or currency == CURRENCY
        }
        self._found: dict[str, Default] = {}

    def __getitem__(self, name: str) -> Default:
        if name not in self._found:
            field = self._fields[name]
            node = parse_value(f"kind {self._kind.name}", field.default)
            value = self._read(self._kind.keys()[name].shape, node, f"{self._kind.name}.{name}")
            self._found[name] = Default(value, field.default, field.source)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)
