"""Frozen dataclasses that cost little to define: `dataclass` as in the standard library.

`cached_property` is that of the standard library, without the lock that Python 3.11 takes for it.

The standard one writes and compiles six methods for each class when it is defined; with three
hundred classes that is half of the time of an import. Here `__init__` is compiled when the first
instance is made, and the other methods are shared. What is not frozen is left to the standard one.
"""

from __future__ import annotations

import dataclasses
from dataclasses import MISSING, FrozenInstanceError
from operator import attrgetter
from reprlib import recursive_repr
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from functools import cached_property as cached_property
else:

    class cached_property:  # noqa: N801 - as in the standard library
        """A value worked out when it is first asked for."""

        def __init__(self, func):
            self.func = func
            self.__doc__ = func.__doc__

        def __set_name__(self, owner, name):
            self.name = name

        def __get__(self, instance, owner=None):
            if instance is None:
                return self
            value = instance.__dict__[self.name] = self.func(instance)
            return value

    def dataclass(cls=None, /, **options):
        """Make a class a dataclass; all options of the standard one are known."""
        if cls is None:
            return lambda made: dataclass(made, **options)
        if not options.get("frozen") or options.keys() - _OURS:
            return dataclasses.dataclass(cls, **options)
        return _frozen(cls, options.get("slots", False), options.get("eq", True))


_OURS = {"frozen", "slots", "eq"}
_set = object.__setattr__


def _frozen(cls: Any, slots: bool, eq: bool) -> Any:
    own = cls.__dict__
    equal = eq and "__eq__" not in own
    hashed = eq and (own.get("__hash__") is None)
    shown = "__repr__" not in own
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    if "__init__" not in own:
        made.__init__ = _first(made, slots)
    if equal:
        made.__eq__ = _equal(made)
    if hashed:
        made.__hash__ = _hash(made)
    if shown:
        made.__repr__ = _repr
    made.__setattr__, made.__delattr__ = _refuse, _refuse_deletion
    if slots:
        made.__getstate__, made.__setstate__ = _state, _restore
    return made


def _first(cls: Any, slots: bool) -> Any:
    """Stands for `__init__` until the first instance is made."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        made = cls.__init__ = _init(cls, slots)
        made(self, *args, **kwargs)

    return __init__


def _init(cls: Any, slots: bool) -> Any:
    """`__init__` of the fields of a class."""
    known: dict[str, Any] = {"_set": _set, "_missing": MISSING}
    parameters, words, lines = list[str](), list[str](), list[str]()
    for field in dataclasses.fields(cls):
        name, value = field.name, field.name
        default = f"_{name}_default"
        if field.default_factory is not MISSING:
            known[default] = field.default_factory
            value = f"{default}()"
            if field.init:
                value += f" if {name} is _missing else {name}"
        elif field.default is not MISSING:
            known[default] = field.default
            if not field.init:
                if not slots:
                    continue  # the class has it
                value = default
        elif not field.init:
            continue
        slot = getattr(cls, name, None)
        if isinstance(slot, MemberDescriptorType):  # half of the time of `object.__setattr__`
            known[f"_{name}_slot"] = slot.__set__
            lines.append(f" _{name}_slot(self, {value})")
        else:
            lines.append(f" _set(self, {name!r}, {value})")
        if field.init:
            optional = "_missing" if field.default_factory is not MISSING else default
            said = f"{name}={optional}" if default in known else name
            (words if field.kw_only else parameters).append(said)
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()")
    asked = ", ".join(["self", *parameters, *(["*", *words] if words else [])])
    exec(f"def __init__({asked}):\n" + "\n".join(lines or [" pass"]), known)  # noqa: S102
    made = known["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _values(names: list[str]) -> Any:
    """Function from an instance to the tuple of some of its attributes."""
    if not names:
        return lambda _: ()
    get = attrgetter(*names)
    return get if len(names) > 1 else lambda one: (get(one),)


def _equal(cls: Any) -> Any:
    get = _values([field.name for field in dataclasses.fields(cls) if field.compare])

    def __eq__(self: Any, other: Any) -> Any:  # noqa: N807
        if other.__class__ is not self.__class__:
            return NotImplemented
        return get(self) == get(other)

    return __eq__


def _hash(cls: Any) -> Any:
    get = _values([
        field.name for field in dataclasses.fields(cls)
        if (field.compare if field.hash is None else field.hash)
    ])  # fmt: skip
    return lambda self: hash(get(self))


@recursive_repr()
def _repr(self: Any) -> str:
    said = (f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
    return f"{self.__class__.__qualname__}({', '.join(said)})"


def _refuse(_: Any, name: str, __: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deletion(_: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        _set(self, field.name, value)
