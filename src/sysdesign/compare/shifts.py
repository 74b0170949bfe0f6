"""What a change did to the numbers and the verdicts of a design."""

import re
from collections.abc import Iterator, Mapping, Sequence

from sysdesign.records import dataclass
from sysdesign.source import Verdict
from sysdesign.study.compared import Row

NEW, GONE = "new", "gone"


@dataclass(frozen=True, slots=True)
class Shift:
    """A number before and after; `sign` is 1 where it became better, -1 where worse, else 0.

    `before` is `NEW` and `after` is `GONE` where there is no such number; it `doubted` where
    formulas are not sure of one of the two. `value` is that of after, in base units.
    """

    name: str
    before: str
    after: str
    sign: int
    factor: float | None = None
    doubted: bool = False
    value: float | None = None


def shifts(before: Row, after: Row, names: Mapping[str, str] | None = None) -> Iterator[Shift]:
    """Verdicts and numbers that differ; `names` are the new names by the old ones."""
    verdicts = {_now(name, names): one for name, one in before.verdicts.items()}
    yield from _judged(verdicts, after.verdicts)
    values = {_now(name, names): value for name, value in before.values.items()}
    for name in dict.fromkeys([*values, *after.values]):
        old, new = values.get(name), after.values.get(name)
        if old is None or new is None:
            known = old or new
            if known is not None and known.value is not None:
                yield Shift(name, old.shown if old else NEW, new.shown if new else GONE, 0)
        elif old.shown != new.shown:  # what reads the same did not move
            factor = new.value / old.value if old.value and new.value is not None else None
            sign = 1 if new.beats(old) else -1 if old.beats(new) else 0
            doubted = old.doubted or new.doubted
            yield Shift(name, old.shown, new.shown, sign, factor, doubted, new.value)
    first, last = _now(before.bottleneck, names), after.bottleneck
    if first != last:
        yield Shift("bottleneck", first or "none", last or "none", 0)
    if before.parts != after.parts:
        yield Shift("components", str(before.parts), str(after.parts), 0)


def _now(name: str, names: Mapping[str, str] | None) -> str:
    """A name of before as it is called now."""
    known = names or {}
    return re.sub(r"[\w-]+", lambda word: known.get(word[0], word[0]), name)


def _judged(before: Mapping[str, Verdict], after: Mapping[str, Verdict]) -> Iterator[Shift]:
    rank: Sequence[Verdict] = (Verdict.FAILS, Verdict.UNKNOWN, Verdict.HOLDS)
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            yield Shift(f"requirement {name}", old.value if old else NEW,
                        new.value if new else GONE, 0)  # fmt: skip
        elif old is not new:
            sign = 1 if rank.index(new) > rank.index(old) else -1
            yield Shift(f"requirement {name}", old.value, new.value, sign)


def lost(before: Row, after: Row, names: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Requirements that held and fail now."""
    held = {_now(name, names) for name in before.met}
    return tuple(name for name in after.failed if name in held)
