"""What changed from one design to another, in words, and what it did to the numbers."""

from collections.abc import Iterator, Sequence

from sysdesign.records import dataclass
from sysdesign.source import Node, Span, Verdict, written
from sysdesign.study.compared import Row, Value

LONGEST = 60  # characters of a value that are shown


@dataclass(frozen=True, slots=True)
class Change:
    """One place of the file that is not as it was.

    `before` is None where it is new, `after` where it is gone.
    """

    path: str
    before: str | None
    after: str | None
    span: Span

    @property
    def words(self) -> str:
        """The change as a sentence without a full stop."""
        if self.before is None:
            return f"{self.path} is new{f': {self.after}' if self.after else ''}"
        if self.after is None:
            return f"{self.path} is gone{f': it was {self.before}' if self.before else ''}"
        return f"{self.path}: {self.before} → {self.after}"


def changes(before: Node, after: Node, path: str = "") -> Iterator[Change]:
    """Every place that differs, in the order of the later file, then what is gone."""
    if before.pairs is not None and after.pairs is not None:
        old = {key.text or "": value for key, value in before.pairs}
        new = {key.text or "": (key, value) for key, value in after.pairs}
        for name, (key, value) in new.items():
            here = f"{path}.{name}" if path else name
            if name not in old:
                yield Change(here, None, _short(value), key.span)
            else:
                yield from changes(old[name], value, here)
        for name, value in old.items():
            if name not in new:
                yield Change(f"{path}.{name}" if path else name, _short(value), None, value.span)
        return
    if written(before) != written(after):
        yield Change(path, _short(before), _short(after), after.span)


def _short(node: Node) -> str:
    text = written(node)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


@dataclass(frozen=True, slots=True)
class Shift:
    """A number before and after; `sign` is 1 where it became better, -1 where worse, else 0."""

    name: str
    before: str
    after: str
    sign: int
    factor: float | None = None


def shifts(before: Row, after: Row) -> Iterator[Shift]:
    """Numbers and verdicts that differ."""
    for name in dict.fromkeys([*before.values, *after.values]):
        old, new = before.values.get(name), after.values.get(name)
        if old is None or new is None or not _moved(old, new):
            continue
        factor = new.value / old.value if old.value and new.value is not None else None
        sign = 1 if new.beats(old) else -1 if old.beats(new) else 0
        yield Shift(name, old.shown, new.shown, sign, factor)
    if before.bottleneck != after.bottleneck:
        yield Shift("bottleneck", before.bottleneck or "none", after.bottleneck or "none", 0)
    yield from _judged(before, after)


def _moved(old: Value, new: Value) -> bool:
    """Whether people would see it: what reads the same did not move."""
    return old.shown != new.shown


def _judged(before: Row, after: Row) -> Iterator[Shift]:
    rank: Sequence[Verdict] = (Verdict.FAILS, Verdict.UNKNOWN, Verdict.HOLDS)
    for name in dict.fromkeys([*before.verdicts, *after.verdicts]):
        old, new = before.verdicts.get(name), after.verdicts.get(name)
        if old is None or new is None:
            yield Shift(f"requirement {name}", old.value if old else "none",
                        new.value if new else "none", 0)  # fmt: skip
        elif old is not new:
            sign = 1 if rank.index(new) > rank.index(old) else -1
            yield Shift(f"requirement {name}", old.value, new.value, sign)
