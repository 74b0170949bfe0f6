"""What makes a text unusable, and the nearest known word to a mistyped one."""

from collections.abc import Iterable

from sysdesign.records import dataclass
from sysdesign.source.span import Span


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong at one place, said so that a person can mend it.

    `code` is a short permanent word for programs; `suggestion` is the word to write instead, where
    there is one; `hint` says what to do when no single word will.
    """

    code: str
    message: str
    span: Span
    suggestion: str | None = None
    hint: str | None = None

    @property
    def sentence(self) -> str:
        """Message, suggestion and hint in one line."""
        parts = [self.message]
        if self.suggestion:
            parts.append(f"did you mean '{self.suggestion}'?")
        if self.hint:
            parts.append(self.hint)
        return "; ".join(parts)


class UnusableError(Exception):
    """A design that cannot be used; carries every problem found, sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = by_place(problems)
        super().__init__(
            "\n".join(f"{p.span}: {p.sentence}" for p in self.problems) or "unusable design"
        )


def by_place(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems in the order of the text, each said once."""
    unique = {(p.span.source.name, p.span, p.sentence): p for p in problems}
    return tuple(unique[key] for key in sorted(unique, key=lambda k: (k[0], k[1], k[2])))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant, or None when nothing is near.

    First words that one slip of the finger explains, then those of mostly the same parts (us_east,
    east_us), then those of a similar spelling by the ratio of matching blocks of `difflib`
    (Ratcliff and Obershelp, 1988).
    """
    from difflib import get_close_matches  # 7 ms, wanted only when something is wrong

    candidates = list(dict.fromkeys(known))
    folded = {c.lower().replace("-", "_"): c for c in candidates}
    plain = word.lower().replace("-", "_").replace(" ", "_")
    if plain in folded and folded[plain] != word:
        return folded[plain]
    slipped = [c for c in folded if one_slip(plain, c)]
    slipped = [c for c in slipped if sorted(c) == sorted(plain)] or slipped
    found = (
        get_close_matches(plain, slipped, n=1, cutoff=0.1)
        or _of_the_same_parts(plain, folded)
        or get_close_matches(plain, folded, n=1, cutoff=0.5 if len(plain) <= 4 else 0.6)
    )
    return folded[found[0]] if found else None


def _of_the_same_parts(word: str, known: Iterable[str]) -> list[str]:
    """The word that shares most parts, where two or more of both are most of them."""
    mine = {*word.split("_")}
    shared = {other: mine & {*other.split("_")} for other in known}
    alike = {
        other: len(both) / len(mine | {*other.split("_")})
        for other, both in shared.items()
        if len(both) > 1
    }
    best = max(alike, key=lambda other: alike[other], default=None)
    return [best] if best is not None and alike[best] > _MOSTLY else []


_MOSTLY = 0.6  # of the parts of both words


def one_slip(a: str, b: str) -> bool:
    """Whether two words differ by one letter swapped with the next, replaced, left out or added."""
    shorter = min(len(a), len(b))
    at = next((i for i in range(shorter) if a[i] != b[i]), shorter)
    swapped = a[:at] + a[at + 1 : at + 2] + a[at : at + 1] + a[at + 2 :]
    rests = (a[at + 1 :], b[at + 1 :]), (a[at:], b[at + 1 :]), (a[at + 1 :], b[at:])
    return a != b and (swapped == b or any(x == y for x, y in rests))
