"""Reference pages of component kinds, in Markdown, from the kinds themselves."""

from collections.abc import Mapping

from sysdesign.design.describe import describe
from sysdesign.kinds.kind import Field, Kind

HEADINGS = ("What it models", "What it ignores", "Source")

_KEYS = """\
## Keys

A default holds where the file is silent, and is said wherever it is used. "managed" is a default
where the provider runs it, "own" one where it runs on instances of the design. What lies outside
the range is not plausible (bounds: assumption).

| key | type | default | range | source | meaning |
|---|---|---|---|---|---|
"""


def page(kind: Kind) -> str:
    """One kind: what it is, its keys, what it models and ignores, and its sources."""
    parts = sections(kind)
    traits = ", ".join(sorted(trait.value for trait in kind.traits))
    run = "The provider runs it unless the file says `managed: false`. " if kind.managed else ""
    texts = "".join(f"\n## {heading}\n\n{parts[heading]}\n" for heading in HEADINGS)
    return f"# {kind.name}\n\n{kind.summary}\n\n{run}Traits: {traits}.\n\n{_keys(kind)}{texts}"


def index(kinds: Mapping[str, Kind]) -> str:
    """Overview of kinds with their traits."""
    rows = "".join(
        f"| [{name}](kinds/{name}.md) | {kind.summary} "
        f"| {', '.join(sorted(trait.value for trait in kind.traits))} |\n"
        for name, kind in sorted(kinds.items())
    )
    return f"# Component kinds\n\n| kind | what it is | traits |\n|---|---|---|\n{rows}"


def sections(kind: Kind) -> Mapping[str, str]:
    """Texts under the underlined headings of the docstring of a kind, by heading."""
    lines = kind.module_doc.splitlines()
    found: dict[str, str] = {}
    heading = ""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line and following == "-" * len(line):
            heading = line
            found[heading] = ""
        elif heading and line != "-" * len(heading):
            found[heading] += line + "\n"
    return {heading: text.strip() for heading, text in found.items()}


def _keys(kind: Kind) -> str:
    rows = ""
    for name, key in kind.keys().items():
        shape = describe(key.shape)
        for field in [f for f in kind.fields if f.name == name] or [Field(name)]:
            default = f"`{field.default}`" if field.default else key.default
            where = f" ({field.when})" if field.when else ""
            extent = f"`{field.low}` .. `{field.high}`" if field.low or field.high else ""
            meaning = field.doc or key.doc
            cells = (f"`{name}`", shape, default + where, extent, field.source, meaning)
            rows += f"| {' | '.join(cells)} |\n"
    return _KEYS + rows
