"""What a component kind is: its fields, its traits, what it models and what it ignores."""

from collections.abc import Mapping
from dataclasses import replace
from types import ModuleType
from typing import Literal

from sysdesign.design.component import Component, Trait
from sysdesign.design.shape import Key, Shape, keys_of
from sysdesign.kinds.lowering import Lower, instances
from sysdesign.records import cached_property, dataclass

COMMON = (
    "kind", "does", "why", "owner", "part_of", "in", "managed", "work", "limit", "route",
    "failover", "fails", "availability", "encrypted", "price",
)  # fmt: skip
"""Keys that every kind takes."""


@dataclass(frozen=True, slots=True)
class Field:
    """One key that a kind takes.

    `default`, `low` and `high` are in the words of the design file ("2 ms"). What lies outside
    `low` to `high` is not plausible; one amount bounds every part of a map. `source` says where
    the default comes from, one or more of these with commas between: the id of a base rate, a
    document with its year, the word assumption.

    `when` narrows the default to components that the provider runs ("managed") or that run on
    instances of the design ("own"); a kind may give one of each. `shape` is given for a key that
    the format does not know: a field of this kind alone.
    """

    name: str
    default: str = ""
    low: str = ""
    high: str = ""
    source: str = ""
    doc: str = ""
    when: Literal["", "managed", "own"] = ""
    shape: Shape | None = None


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A component kind; one file each.

    `fields` are the keys it takes beside `COMMON`, and those of `COMMON` of which it says more.
    `icon` names the glyph that is drawn, `shape` the outline around it: one of `draw.Shape`, by the
    traits where there is none. `managed` tells that the provider runs it unless the file says
    otherwise. `lower` turns a component into stations. `module_doc` is the docstring of its file,
    which is its page: a sentence, What it models, What it ignores, Source. `summary` is that
    sentence, unless the kind has a shorter one.
    """

    name: str
    icon: str
    traits: frozenset[Trait]
    fields: tuple[Field, ...]
    managed: bool = False
    shape: str = ""
    lower: Lower = instances
    summary: str = ""
    module_doc: str = ""

    def has(self, trait: Trait) -> bool:
        """Whether the kind has a trait."""
        return trait in self.traits

    def field(self, name: str) -> Field | None:
        """The first field of this name, if the kind takes it."""
        return next((f for f in self.fields if f.name == name), None)

    def defaults(self, managed: bool | None = None) -> tuple[Field, ...]:
        """Fields whose default holds where the provider runs it, or where the design does.

        Without an argument, of a component whose file says nothing about it.
        """
        where = "managed" if (self.managed if managed is None else managed) else "own"
        return tuple(f for f in self.fields if f.default and f.when in ("", where))

    def keys(self) -> Mapping[str, Key]:
        """Every key that a component of this kind may have, with its shape and meaning."""
        return self._keys

    @cached_property
    def _keys(self) -> Mapping[str, Key]:
        known = keys_of(Component)
        names = (*COMMON, *(f.name for f in self.fields))
        return {name: self._key(name, known.get(name)) for name in dict.fromkeys(names)}

    def _key(self, name: str, base: Key | None) -> Key:
        fields = [f for f in self.fields if f.name == name]
        shape = next((f.shape for f in fields if f.shape), base.shape if base else None)
        if shape is None:
            raise TypeError(f"kind {self.name}: the format knows no key {name!r}; give a shape")
        own = "; ".join(
            f"{f.default} ({f.when})" if f.when else f.default for f in fields if f.default
        )
        if name == "managed":
            own = "true" if self.managed else "false"
        docs = dict.fromkeys(f.doc for f in fields if f.doc)
        return Key(
            shape,
            "; ".join(docs) or (base.doc if base else ""),
            base.engines if base else "EA",
            own or (base.default if base else ""),
            base.required if base else False,
        )


def collect(modules: Mapping[str, ModuleType]) -> dict[str, Kind]:
    """Kinds of modules by name; the file, the kind and its page must agree.

    Raises
    ------
    TypeError
        naming the file, where a module holds no `KIND` of the module's name.
    """
    kinds: dict[str, Kind] = {}
    for name, module in sorted(modules.items()):
        kind = getattr(module, "KIND", None)
        if not isinstance(kind, Kind) or kind.name != name:
            raise TypeError(f"{module.__file__}: must hold KIND = Kind(name={name!r}, …)")
        doc = (module.__doc__ or "").strip()
        summary = kind.summary or doc.partition("\n")[0]
        kinds[name] = replace(kind, summary=summary, module_doc=doc)
    return kinds
