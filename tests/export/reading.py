"""The quoting rules of each format, read back: written from its documentation, not from ours."""

import json
import re

SAME_WIDTH = {
    ord("\uff3c"): "\\",
    ord("\uff04"): "$",
    ord("＜"): "<",
    ord("＞"): ">",
    ord("＆"): "&",
}
"""Signs that a format cannot quote, in their full-width form."""


def mermaid(text: str) -> str:
    """Numeric codes are characters, <br/> breaks a line."""
    text = re.sub(r"#(\d+);", lambda m: f"\0{m[1]};", text.replace("<br/>", "\n"))
    return re.sub("\0(\\d+);", lambda m: chr(int(m[1])), text)


def d2(text: str) -> str:
    """A backslash takes the next character as it is, or breaks the line."""
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text)


def plantuml(text: str) -> str:
    """<U+XXXX> is a character, \\n breaks a line."""
    text = text.replace("\\n", "\n")
    return re.sub(r"<U\+([0-9A-F]{4,6})>", lambda m: chr(int(m[1], 16)), text).translate(SAME_WIDTH)


def structurizr(text: str) -> str:
    """Only a quote is escaped."""
    return text.replace('\\"', '"').translate(SAME_WIDTH)


READ = {"mermaid": mermaid, "d2": d2, "plantuml": plantuml, "structurizr": structurizr}
QUOTED = {
    "mermaid": r'"([^"]*)"',
    "plantuml": r'"([^"]*)"',
    "d2": r'"((?:[^"\\]|\\.)*)"',
    "structurizr": r'"((?:[^"]|(?<=\\)")*)"',
}
"""What stands between quotes."""
BARE = {
    "mermaid": r"(?:(?<=: )|(?<=alt )|(?<=else )|(?<=opt )|(?<= as )).*$",
    "plantuml": r"(?:(?<= : )|(?<=^title )|(?<=alt )|(?<=else )|(?<=opt )).*$",
}
"""What stands at the end of a line of a sequence, without quotes."""
COMMENT = {"mermaid": "%%", "plantuml": "'", "d2": "#", "structurizr": "#"}


def code(name: str, text: str) -> list[str]:
    """Lines that are no comment."""
    return [line for line in text.splitlines() if not line.strip().startswith(COMMENT[name])]


def skeleton(name: str, view: str, line: str) -> str:
    """A line without its texts."""
    if _is_title(name, line):
        return "title …"
    if view == "sequence" and name in BARE:
        line = re.sub(BARE[name], "…", line)
    line = re.sub(QUOTED[name], '"…"', line)
    return re.sub(r"\bgroup_\w+", "group…", line) if name == "d2" else line  # a key made of a text


def texts(name: str, view: str, lines: list[str]) -> list[str]:
    """Every text of some lines, as the tool shows it."""
    found = []
    for line in lines:
        if _is_title(name, line):
            found.append(_title(name, line))
        elif view == "sequence" and name in BARE:
            found += [READ[name](one) for one in re.findall(BARE[name], line)]
        else:
            found += [READ[name](part[1]) for part in re.finditer(QUOTED[name], line)]
    return found


def _is_title(name: str, line: str) -> bool:
    return name in BARE and line.startswith(("title ", "title: "))


def _title(name: str, line: str) -> str:
    """The title of a diagram: YAML in Mermaid, bare in PlantUML."""
    if name == "mermaid":
        return str(json.loads(line.removeprefix("title: "))).translate(SAME_WIDTH)
    return READ[name](line.removeprefix("title "))
