"""Every link between components says what is spoken on it.

Why
---
The protocol decides how many connections are held, what can be retried, and what a firewall sees.
Direction and waiting follow from the paths; this alone does not.

Flawed
------
    sysdesign: 1
    operations: {go: {path: [web: [links]]}}
    components: {web: service, links: sql_database}

Sound
-----
    sysdesign: 1
    operations: {go: {path: [web: [links]]}}
    components: {web: service, links: sql_database}
    links:
      any -> links: {protocol: postgres}

False alarms
------------
Links of actors are not looked at: their protocol is in the `api` of the operation. One protocol for
all is `any -> any: {protocol: grpc}`.

Source
------
nine steps: "Use Standard Symbols: Make sure your diagrams are clear and easy to understand."
"""

from sysdesign.design import LinkWords, Word
from sysdesign.review.rule import Outcomes, at, fails, holds, rule
from sysdesign.source import Span
from sysdesign.study import Study


@rule("HLD-08", needs=("components", "operations"), nothing="no component calls another")
def link_without_protocol(study: Study) -> Outcomes:
    """Look for the protocol of each pair of components of which one calls the other."""
    pairs = _pairs(study)
    spoken = {pair: _protocol(study, *pair) for pair in pairs}
    if pairs and not any(spoken.values()):
        yield fails(
            "links",
            "no link says what is spoken on it",
            next(iter(pairs.values())),
            "write links: {any -> any: {protocol: grpc}}, and what differs by name",
        )
        return
    for (a, b), protocol in spoken.items():
        if protocol:
            yield holds(f"{a}@{b}", f"{a} speaks {protocol} to {b}", at(protocol))
        else:
            yield fails(
                f"{a}@{b}",
                f"what {a} speaks to {b} is not said",
                pairs[a, b],
                f"write links: {{{a} -> {b}: {{protocol: …}}}}",
            )


def _pairs(study: Study) -> dict[tuple[str, str], Span]:
    """Caller and called, each pair once, with the step that shows it first."""
    found: dict[tuple[str, str], Span] = {}
    for visits in study.visits.values():
        for visit in visits:
            if visit.caller and not visit.to_actor:
                found.setdefault((visit.caller, visit.target), at(visit.step.target))
    return found


def _protocol(study: Study, a: str, b: str) -> Word | None:
    """The protocol of the most exact link that states one."""
    for key in (f"{a} -> {b}", f"any -> {b}", f"{a} -> any", "any -> any"):
        link = study.design.links.get(key)
        if isinstance(link, LinkWords) and link.protocol:
            return link.protocol
    return None
