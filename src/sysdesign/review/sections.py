"""Sections that a check may need, and how to ask for one that is not there yet."""

from sysdesign.design import Design
from sysdesign.review.rule import Outcome, unknown

_ASKED = {
    "problem": (
        "what is built, why and for whom is not said yet",
        "write problem: {name: …, why: …, actors: {…}}",
    ),
    "requirements": (
        "what the system must do, and how well, is not said yet",
        "write requirements: {functional: {…}, quality: {…}, out_of_scope: […]}",
    ),
    "requirements.functional": (
        "what the system must do is not said yet",
        "write requirements.functional: {go: {priority: must, accept: …, by: go}}",
    ),
    "requirements.quality": (
        "how well the system must do it is not said yet",
        "write requirements.quality: {fast: {class: performance, expect: go.p99 < 200 ms}}",
    ),
    "operations": (
        "what the system can be asked for is not said yet",
        "write operations: {go: {api: GET /x, actor: …, rate: …, path: […]}}",
    ),
    "data": (
        "what is kept is not said yet",
        "write data: {thing: {store: …, key: id, size: 1 kB, written_by: …, keep: 1 year}}",
    ),
    "components": (
        "what the system is made of is not said yet",
        "write components: {web: {kind: service, does: …}}",
    ),
}


def missing(design: Design, needs: tuple[str, ...]) -> Outcome | None:
    """The question for the first section that is needed and not there."""
    for need in needs:
        parts = need.split(".")
        for depth in range(1, len(parts) + 1):
            section = ".".join(parts[:depth])
            if not _is_there(design, section):
                message, action = _ASKED[section]
                span = design.at(parts[0] if design.has(parts[0]) else "sysdesign")
                return unknown(section, message, span, action, section)
    return None


def _is_there(design: Design, section: str) -> bool:
    head, _, part = section.partition(".")
    if part:
        return bool(getattr(design.requirements, part))
    if head == "problem":
        return bool(design.problem.marks)
    if head == "requirements":
        return bool(design.requirements.marks)
    return bool(getattr(design, head))
