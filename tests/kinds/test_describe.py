"""Words for shapes: every shape has some, and they say what may stand there."""

from collections.abc import Iterator

import pytest

from sysdesign.design import Component, Design, Retries, keys_of
from sysdesign.design import shape as grammar
from sysdesign.design.calls import Lock
from sysdesign.design.component import PRICE, Price, tiered
from sysdesign.design.describe import describe
from sysdesign.design.shape import Amount, Record, Shape


def shapes(record: type[Record], seen: set[type[Record]]) -> Iterator[Shape]:
    """Every shape that can be reached from a record."""
    if record in seen:
        return
    seen.add(record)
    waiting: list[object] = [key.shape for key in keys_of(record).values()]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, Record):
            yield from shapes(one, seen)
        elif isinstance(one, Shape):
            yield one
            waiting.extend(getattr(one, name) for name in one.__dataclass_fields__)  # type: ignore[attr-defined]


def test_every_shape_of_the_format_has_words():
    found = list(shapes(Design, set()))
    assert len(found) > 100
    for shape in found:
        words = describe(shape)
        assert words
        assert "object at" not in words
        assert "|" not in words  # would end the cell of a table


def test_every_sort_of_shape_is_known():
    sorts = {s for s in vars(grammar).values() if isinstance(s, type) and issubclass(s, Shape)}
    made = {type(shape) for shape in shapes(Design, set())}
    assert made <= sorts
    from sysdesign.design.describe import _WORDS

    assert set(_WORDS) == sorts - {Shape}


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (Amount("B"), "bytes"),
        (Amount("s", spread=True), "time, *spread*"),
        (Amount("", high=1.0), "share"),
        (Amount("", by_place=True), "number, by place"),
        (Amount("s", words=("p50", "p99")), "time or p50/p99"),
        (Amount("1/s"), "count/time"),
        (grammar.Text(), "text"),
        (grammar.ListOf(grammar.Text()), "[text]"),
        (grammar.Choice(("a", "b", "c")), "a/b/c"),
        (grammar.Ref(("operation",)), "operation"),
        (grammar.Ref(("component",), ("any",)), "component or any"),
        (grammar.FieldRef(("hash",)), "entity.field or hash"),
        (grammar.Whole(1, 1), "1"),
        (grammar.Nested(Lock, "by"), "{by, hottest}"),
        (grammar.Nested(Retries, "count"), "{count, backoff, growth, …}"),
        (grammar.MapOf(grammar.Nested(Lock)), "{id: {by, hottest}}"),
        (grammar.ByDo(Amount("s")), "time, or by `do`"),
        (tiered(PRICE), "price or [{up_to, each}]"),
        (keys_of(Price)["call"].shape, "price or [{up_to, each}], or by `do`"),
        (keys_of(Component)["when_full"].shape, "refuse/block/drop_oldest"),
    ],
)
def test_words(shape: Shape, words: str):
    assert describe(shape) == words
