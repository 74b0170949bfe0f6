"""Security: boundaries, roles, threats."""

from collections.abc import Iterator

from sysdesign.report.document import Block, Line, Mark, Paragraph, Section, Strong, Table, Tone
from sysdesign.report.lines import NONE, code, codes, columns, filled, given, said
from sysdesign.report.subject import Part, Subject

_TONES: dict[str, Tone] = {"mitigated": "good", "accepted": "warning", "open": "bad"}


def write(subject: Subject) -> Iterator[Block | Section]:
    """A table for each of them, and where secrets lie."""
    security = subject.study.design.security
    inside = tuple(((Strong(n),), codes(parts)) for n, parts in security.boundaries.items())
    if inside:
        yield Table("Trust boundaries", columns("Boundary", "Inside"), inside, prose=True)
    roles: tuple[tuple[Line, ...], ...] = tuple(
        ((Strong(name),), codes(one.may), said(one.as_), said(one.only), codes(one.reads))
        for name, one in security.roles.items()
    )
    if roles:
        heads = columns("Role", "May call", "And all of", "Only", "Reads directly")
        yield filled(Table("Roles", heads, roles, prose=True))
    threats: tuple[tuple[Line, ...], ...] = tuple(
        ((Strong(name),), code(one.of), said(one.kind),
         (Mark(str(one.state), _TONES.get(str(one.state), "neutral")),) if one.state else NONE,
         said(one.by or one.why), _who(str(one.who or ""), str(one.until or "")))
        for name, one in security.threats.items()
    )  # fmt: skip
    if threats:
        heads = columns("Threat", "Of", "Kind", "State", "How, or why", "Accepted by")
        yield filled(Table("Threats", heads, threats, prose=True))
    if security.secrets:
        yield Paragraph(
            f"Secrets: {said(security.secrets.where)}, changed every "
            f"{given(security.secrets.rotate)}."
        )


def _who(name: str, until: str) -> str:
    return f"{name} until {until}" if name and until else name or NONE


PART = Part("security", "Security", "security", write)
