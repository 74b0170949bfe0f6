"""Frozen records behave as the dataclasses of the standard library do."""

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, field
from typing import Any

import pytest

from sysdesign.records import dataclass


@dataclass(frozen=True, slots=True)
class Ours:
    a: int
    b: str = "x"
    c: tuple[int, ...] = field(default_factory=tuple)
    d: float = field(default=1.0, repr=False, compare=False)
    e: int = field(init=False, compare=False, default=7)


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    a: int
    b: str = "x"
    c: tuple[int, ...] = field(default_factory=tuple)
    d: float = field(default=1.0, repr=False, compare=False)
    e: int = field(init=False, compare=False, default=7)


@dataclass(frozen=True)
class Open:
    a: int
    twice: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "twice", 2 * self.a)


@dataclass(frozen=True)
class Below(Open):
    b: int = 3


ARGUMENTS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((1,), {}), ((1, "y"), {"d": 2.0}), ((), {"a": 5, "c": (1, 2)}), ((1, "x", (3,), 4.0), {}),
]  # fmt: skip


@pytest.mark.parametrize(("args", "kwargs"), ARGUMENTS)
def test_as_the_standard_one(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    ours, theirs = Ours(*args, **kwargs), Theirs(*args, **kwargs)
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert hash(ours) == hash(theirs)
    assert ours == Ours(*args, **kwargs)
    others: list[object] = [theirs]
    assert ours not in others
    assert dataclasses.replace(ours, a=9) == Ours(9, ours.b, ours.c)
    assert copy.deepcopy(ours) == pickle.loads(pickle.dumps(ours)) == ours
    assert pickle.loads(pickle.dumps(ours)).d == ours.d


def test_what_is_frozen_stays() -> None:
    for one in (Ours(1), Open(1)):
        with pytest.raises(FrozenInstanceError, match="a"):
            one.a = 2  # type: ignore[misc]
        with pytest.raises(FrozenInstanceError, match="a"):
            del one.a


@pytest.mark.parametrize(("args", "kwargs"), [((), {}), ((1, 2, 3, 4, 5), {}), ((1,), {"z": 1})])
def test_wrong_arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="__init__"):
        Ours(*args, **kwargs)


def test_after_the_first_line_and_below() -> None:
    assert (Open(4).twice, Below(5).twice, Below(5).b) == (8, 10, 3)
    assert Below(5) != Open(5)
    assert Below(5) == Below(5, 3)
