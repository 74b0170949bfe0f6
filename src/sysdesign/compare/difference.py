"""What changed from one design to another, in words."""

import re
from collections.abc import Iterator, Mapping, Sequence

from sysdesign.compare.renames import renamed, with_names
from sysdesign.quantity import Quantity, QuantityError, Units, evaluate
from sysdesign.quantity import parse as parse_amount
from sysdesign.records import dataclass
from sysdesign.source import Node, Span, shortened, written

LONGEST = 60  # characters of a value that are shown
_AROUND = 20  # characters of what two long values have in common
_COMPARED = re.compile(r"(.*?)\s*(<=|>=|<|>)\s*(.*)")


@dataclass(frozen=True, slots=True)
class Change:
    """One place of the file that is not as it was.

    `before` is None where it is new, `after` where it is gone. `sort` tells more of it: "renamed",
    "moved" within its list, a plain "item" of a list, or the "same" amount, written otherwise.
    """

    path: str
    before: str | None
    after: str | None
    span: Span
    sort: str = ""

    @property
    def words(self) -> str:
        """The change as a sentence without a full stop."""
        match self.sort:
            case "renamed":
                return f"{self.path} is called {self.after} now"
            case "moved":
                return f"{self.path} stands at another place of its list"
            case "item" if self.before is None:
                return f"{self.path} has {self.after}, too"
            case "item":
                return f"{self.path} has {self.before} no more"
        if self.before is None:
            return f"{self.path} is new{f': {self.after}' if self.after else ''}"
        if self.after is None:
            return f"{self.path} is gone{f': it was {self.before}' if self.before else ''}"
        same = ", which is the same" if self.sort == "same" else ""
        return f"{self.path}: {self.before} → {self.after}{same}"


def differences(before: Node, after: Node, units: Units) -> tuple[list[Change], Mapping[str, str]]:
    """Every place of a design that differs, and the new names of what is called otherwise.

    A new name is told once, and not at each place that says it. `units` are those of the design.
    """
    names = renamed(before, after)
    told = [Change(f"{one.section}.{old}", old, one.name, one.span, "renamed")
            for old, one in names.items()]  # fmt: skip
    new = {old: one.name for old, one in names.items()}
    return [*told, *changes(with_names(before, new), after, units)], new


def changes(before: Node, after: Node, units: Units, path: str = "") -> Iterator[Change]:
    """Every place that differs, in the order of the later file, then what is gone."""
    if before.pairs is not None and after.pairs is not None:
        old = {key.text or "": value for key, value in before.pairs}
        new = {key.text or "": (key, value) for key, value in after.pairs}
        for name, (key, value) in new.items():
            here = _below(path, name)
            if name not in old:
                yield Change(here, None, _short(value), key.span)
            else:
                yield from changes(old[name], value, units, here)
        for name, value in old.items():
            if name not in new:
                yield Change(_below(path, name), _short(value), None, value.span)
        return
    one, other = written(before), written(after)
    if one == other:
        return
    if before.items is not None and after.items is not None and max(map(len, (one, other))) > (
        LONGEST
    ):  # fmt: skip
        yield from _in_list(before.items, after.items, units, path)
        return
    sort = "same" if before.text and after.text and _is_same(one, other, units) else ""
    yield Change(path, *_apart(one, other), after.span, sort)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _in_list(
    before: Sequence[Node], after: Sequence[Node], units: Units, path: str
) -> Iterator[Change]:
    """What differs in a list too long to be shown: items that are new, gone, moved or changed."""
    from difflib import SequenceMatcher

    old, new = [written(one) for one in before], [written(one) for one in after]
    gone, come = list[tuple[int, Node]](), list[tuple[int, Node]]()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            gone += [(i, before[i]) for i in range(a, b)]
            come += [(i, after[i]) for i in range(c, d)]
    for place, node in come:
        here = _below(path, _label(node, place))
        pair = next((one for one in gone if written(one[1]) == written(node)), None)
        if pair is not None:
            gone.remove(pair)
            yield Change(here, _short(node), _short(node), node.span, "moved")
            continue
        pair = next((one for one in gone if _are_alike(one[1], node)), None)
        if pair is not None:
            gone.remove(pair)
            yield from changes(pair[1], node, units, path if node is not _inside(node) else here)
        elif node.text is not None:
            yield Change(path, None, _short(node), node.span, "item")
        else:
            yield Change(here, None, _short(_inside(node)), node.span)
    for place, node in gone:
        if node.text is not None:
            yield Change(path, _short(node), None, node.span, "item")
        else:
            yield Change(_below(path, _label(node, place)), _short(_inside(node)), None, node.span)


def _label(node: Node, place: int) -> str:
    """What an item of a list is called: its only key, else its number."""
    if node.pairs is not None and len(node.pairs) == 1:
        return node.pairs[0][0].text or ""
    return str(place + 1)


def _inside(node: Node) -> Node:
    """What stands under the only key of an item, which names it already."""
    return node.pairs[0][1] if node.pairs is not None and len(node.pairs) == 1 else node


def _are_alike(one: Node, other: Node) -> bool:
    """Whether two items of a list are the same thing, changed: maps with the same first key."""
    if one.pairs and other.pairs:
        return one.pairs[0][0].text == other.pairs[0][0].text
    return False


def _short(node: Node) -> str:
    return shortened(written(node), LONGEST)


def _apart(one: str, other: str) -> tuple[str, str]:
    """Two values, of long ones the part in which they differ."""
    if max(len(one), len(other)) <= LONGEST:
        return one, other
    same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
                min(len(one), len(other)))  # fmt: skip
    start = one.rfind(" ", 0, max(same - _AROUND, 0)) + 1
    if same - start > LONGEST // 2:  # within one long word: an address, a hash
        start = same - _AROUND
    texts = [f"…{text[start:]}" if start else text for text in (one, other)]
    first, second = (shortened(text, LONGEST) for text in texts)
    return first, second


def _is_same(one: str, other: str, units: Units) -> bool:
    """Whether two texts are the same amount, or statements with the same amount."""
    pairs = [_COMPARED.fullmatch(text) for text in (one, other)]
    if pairs[0] and pairs[1]:
        if pairs[0].group(1, 2) != pairs[1].group(1, 2):
            return False
        one, other = pairs[0][3], pairs[1][3]
    try:
        first, second = (
            evaluate(parse_amount(text, units), _no_names, units, "amount") for text in (one, other)
        )
    except (QuantityError, KeyError):
        return False
    ends = [(q.value.low, q.value.median, q.value.high) for q in (first, second)]
    return first.dimension == second.dimension and all(
        abs(a - b) <= _ROUNDING * max(abs(a), abs(b)) for a, b in zip(*ends, strict=True)
    )


_ROUNDING = 1e-12


def _no_names(name: str) -> Quantity:
    raise KeyError(name)
