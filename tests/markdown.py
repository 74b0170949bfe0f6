"""Fenced blocks of the Markdown pages, for tests that run what the pages show."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_HEADING = re.compile(r"#+ (?P<title>.*)")
_FENCE = re.compile(r"```(?P<language>\w*)")


@dataclass(frozen=True)
class Block:
    """A fenced block, with the heading above it and the line it starts in."""

    heading: str
    language: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    """Fenced blocks of a page, in order."""
    found: list[Block] = []
    heading = language = ""
    inside: list[str] | None = None
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        if inside is not None:
            if line == "```":
                text = "".join(f"{kept}\n" for kept in inside)
                found.append(Block(heading, language, text, number - len(inside)))
                inside = None
            else:
                inside.append(line)
        elif fence := _FENCE.fullmatch(line):
            language, inside = fence["language"], []
        elif title := _HEADING.fullmatch(line):
            heading = title["title"]
    assert inside is None, f"{page}: a fence is never closed"
    return found
