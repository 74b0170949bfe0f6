"""Reference pages of the checks, in Markdown, from the register and the docstrings."""

from textwrap import dedent

from sysdesign.review.engine import rules
from sysdesign.review.registry import Entry, entries
from sysdesign.review.rule import Rule

HEADINGS = ("Why", "Flawed", "Sound", "False alarms", "Source")
_KINDS = {
    "computed": "computed from the file",
    "simulated": "decided by a load formula or a simulation",
    "log": "read from the log of a practice session",
    "judged": "its presence is computed, its quality judged by a person",
    "asked": "asked of a person",
}
_HEAD = """\
# Checks

A check holds, fails, or is not known; what is not known for want of the same fact is one question.
Severities are those of level B. At level A minor counts as major; at level C major counts as minor
and blocker as major. A finding is accepted under `accept` by its id, `DAT-06@tweet`, or `DAT-06@*`
for all of a check, with who, why and until.
"""


def index() -> str:
    """Overview of all checks by step; those that are not built yet say so."""
    text, step = _HEAD, ""
    for entry in entries().values():
        if entry.step_name != step:
            step = entry.step_name
            text += f"\n## {entry.step}. {step.capitalize()}\n\n"
            text += "| id | looks at | severity | decided |\n|---|---|---|---|\n"
        built = entry.id in rules()
        name = f"[{entry.id}](rules/{entry.id}.md)" if built else entry.id
        text += f"| {name} | {entry.title} | {entry.severity.value} "
        text += f"| {entry.kind if built else 'not built yet'} |\n"
    return text


def pages() -> dict[str, str]:
    """A page for each check that is built, by its id."""
    return {one.id: page(one, entries()[one.id]) for one in rules().values()}


def page(one: Rule, entry: Entry) -> str:
    """What a check claims, why, a design that fails and one that holds, and its source."""
    parts = sections(one.doc)
    text = f"# {entry.id}: {one.doc.partition(chr(10))[0]}\n\n"
    text += f"Looks at: {entry.title}. Step {entry.step}, {entry.step_name}; "
    text += f"{entry.severity.value}; {_KINDS[entry.kind]}.\n"
    for heading in HEADINGS:
        body = parts[heading]
        if heading in ("Flawed", "Sound"):
            said = "".join(f"{line}\n\n" for line in body.splitlines() if line[:1].strip())
            body = f"{said}```yaml\n{design(body)}```"
        text += f"\n## {heading}\n\n{body}\n"
    return text


def sections(doc: str) -> dict[str, str]:
    """Texts under the underlined headings of a docstring, by heading."""
    lines = doc.splitlines()
    found: dict[str, list[str]] = {}
    heading = ""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line and following == "-" * len(line):
            heading = line
            found[heading] = []
        elif heading and line != "-" * len(heading):
            found[heading].append(line)
    return {name: "\n".join(body).strip("\n") for name, body in found.items()}


def design(body: str) -> str:
    """The design file in a section: its indented lines."""
    kept = [line for line in body.splitlines() if line.startswith("    ")]
    return dedent("\n".join(kept)) + "\n"
