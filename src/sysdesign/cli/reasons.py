"""An answer that is no single number, with what it follows from, for people."""

from sysdesign.cli.derivation import part_lines
from sysdesign.cli.screen import Paint, wrapped
from sysdesign.study.words import grouped
from sysdesign.workbench.reasons import Reason

_COLOURS = {"holds": "green", "fails": "red", "without end": "red"}


def reason_lines(reason: Reason, paint: Paint) -> list[str]:
    """What is said, why, and the derivations below it."""
    said = paint(reason.said, _COLOURS.get(reason.said, "yellow"), "bold")
    text = [f"{paint(reason.name, 'bold')}: {said}", paint(f"  {reason.title}", "dim"), ""]
    for line in reason.lines:
        indent = " " * (11 if line.startswith("  ") else 2)
        first, *more = wrapped(line.strip(), 94 - len(indent))
        text.append(f"{indent if not line.startswith('  ') else '    '}{first}")
        text += [f"{indent}{one}" for one in more]
    if reason.parts:
        text += ["", paint("What it follows from", "bold")]
        for part in reason.parts:
            text.extend(part_lines(part, paint))
    if reason.defaults:
        told = "; ".join(grouped(reason.defaults))
        text += ["", *wrapped(f"Taken, since the file does not say: {told}.")]
    if reason.notes:
        text += ["", *wrapped(f"Note: {'; '.join(reason.notes)}.")]
    return text
