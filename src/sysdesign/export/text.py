"""Texts of a design made fit for one line, and names that another tool takes."""

import re
from collections.abc import Collection, Iterable, Iterator

# Control characters, marks that turn the direction of writing, halves of characters.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb]"
)


def plain(text: str | None) -> str:
    """A text as one line: white space is one blank, what cannot be seen a replacement character."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", " ".join((text or "").split()))


def escaped(
    text: str, always: Collection[str], code: str, doubled: str = "", edges: str = ""
) -> str:
    """A text in which whatever has a meaning is written as `code`, a format of its number: "#{};".

    `always` have one wherever they stand, `doubled` next to themselves, `edges` unless a letter or
    digit stands before them; of those a per cent sign also before a letter or digit.
    """
    found = []
    for i, c in enumerate(text):
        before, after = text[i - 1 : i], text[i + 1 : i + 2]
        hot = c in always or (c in doubled and c in (before, after))
        named = c == "%" and after.isalnum()
        hot = hot or (c in edges and (not before.isalnum() or after == c or named))
        found.append(code.format(ord(c)) if hot else c)
    return "".join(found)


def joined(*texts: str) -> str:
    """Texts that are there, with a middle dot between."""
    return " · ".join(text for text in texts if text)


def indented(lines: Iterable[str], by: int = 2) -> Iterator[str]:
    """Lines further in."""
    return (" " * by + line for line in lines)


def aliases(names: Iterable[str], reserved: Collection[str]) -> dict[str, str]:
    """A name of letters, digits and underscores for each name, no two alike.

    A name that is fit stays; one that the tool has reserved, in whatever case, gets an underscore.
    """
    wanted = tuple(dict.fromkeys(names))
    taken = {name for name in wanted if _fit(name) == name and name.lower() not in reserved}
    found: dict[str, str] = {}
    for name in wanted:
        alias = _fit(name)
        while name not in taken and (alias in taken or alias.lower() in reserved):
            alias += "_"
        taken.add(alias)
        found[name] = alias
    return found


def _fit(name: str) -> str:
    """Letters, digits and underscores, a letter first; nobody's name is that of a caller."""
    word = re.sub(r"[^A-Za-z0-9_]", "_", name) or "caller"
    return word if word[0].isalpha() else f"n_{word}"
