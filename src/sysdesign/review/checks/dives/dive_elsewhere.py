"""One of the decisions is about the component that fills up first, or that most depends on.

Why
---
Time spent on what is easy leaves the part that can break the design without a second look.

Flawed
------
    sysdesign: 1
    operations: {go: {rate: 300 req/s, path: [web: [log: {optional: true}]]}}
    components:
      web: {kind: service, replicas: 2, cores: 1, work: 5 ms}
      log: {kind: object_store, work: 1 ms}
    decisions: {logs: {about: [log], options: {keep: {pros: [All.]}, drop: {pros: [Less.]}}}}

Sound
-----
    sysdesign: 1
    operations: {go: {rate: 300 req/s, path: [web: [log: {optional: true}]]}}
    components:
      web: {kind: service, replicas: 2, cores: 1, work: 5 ms}
      log: {kind: object_store, work: 1 ms}
    decisions: {size: {about: [web], options: {two: {pros: [Cheap.]}, ten: {pros: [Fast.]}}}}

False alarms
------------
One of the two is enough: the component that is fullest at peak, or one whose loss fails the most
calls of must-haves (those within 1% of the most count as equal). A decision is about a component
that it names under `about` or in its texts, that holds an entity it is about, or that spends half
of its time on an operation it is about; `system` is about all. Where no decision stands in the file
DIV-01 asks for one.

Source
------
four weighted steps: "You should analyze different part of your design and discuss parts that can
be problematic."
"""

import re

from sysdesign.design.later import Decision
from sysdesign.review.flows import measured
from sysdesign.review.lacks import any_gap, open_for
from sysdesign.review.rule import Outcomes, at, defined, fails, holds, rule
from sysdesign.review.statements import percent
from sysdesign.study import Study
from sysdesign.study.uptime import bare_model, musts

_HALF = 0.5
_SAME = 0.01


@rule("DIV-06", needs=("components", "operations"), nothing="no decision or no load to look at")
def dive_elsewhere(study: Study) -> Outcomes:
    """Look whether a decision is about the fullest component, else about what most depends on."""
    decisions = study.design.decisions
    lacking = any_gap(study)
    if decisions and lacking:
        yield open_for("decisions", lacking)
        return
    fullest = study.analysis.bottleneck if decisions else None
    if fullest is None:
        return
    station = study.analysis.stations[fullest]
    name = station.component
    dive = _dive(study, name)
    use = max(station.utilisation or 0.0, station.slots_used or 0.0, station.cap_used or 0.0)
    if dive:
        yield holds(name, f"{name} is fullest, {use:.0%} at peak; {dive} is about it", at(dive))
        return
    widest, share = _widest(study)
    for other in widest:
        dive = _dive(study, other)
        if dive:
            said = f"without {other} {percent(share)} of the calls of must-haves fail"
            yield holds(other, f"{said}; {dive} is about it", at(dive))
            return
    part = name if name in study.design.components else name.partition(" ")[0]
    most = f", nor about {widest[0]}, which most calls need" if widest and widest[0] != name else ""
    yield fails(
        name.replace(" -> ", "@").replace(" <-> ", "@"),
        f"no decision is about {name}, which is the fullest with {use:.0%} at peak{most}",
        defined(study, part),
        f"write a decision with about: [{part}]: how it grows, and what was weighed against it",
    )


def _dive(study: Study, component: str) -> str:
    """A decision that is about a component; empty where there is none."""
    decisions = study.design.decisions.items()
    return next((name for name, one in decisions if _is_about(study, one, component)), "")


def _is_about(study: Study, one: Decision, component: str) -> bool:
    ends = [word for word in re.split(r" <?-> ", component) if word]
    about = set(map(str, one.about))
    if "system" in about or about.issuperset(ends):
        return True
    options = [text for option in one.options.values() for text in (*option.pros, *option.cons)]
    told = " ".join(map(str, (one.question, one.because, *options)))
    words = set(re.findall(r"[a-z][\w-]*", told))
    if words.issuperset(ends):
        return True
    holding = (study.design.data[name].store for name in about if name in study.design.data)
    return component in map(str, holding) or _spends(study, component, about) >= _HALF


def _spends(study: Study, component: str, about: set[str]) -> float:
    """Share of the work of a component that operations bring which a decision is about."""
    quality, functional = study.design.requirements.quality, study.design.requirements.functional
    wanted = set(about)
    for name in about & set(quality):
        wanted.update(measured(study, quality[name]))
    for name in about & set(functional):
        wanted.update(map(str, functional[name].by))
    whole = mine = 0.0
    for station, some in study.served.items():
        if study.network.stations[station].component == component:
            whole += sum(one.busy for one in some)
            mine += sum(one.busy for one in some if one.operation in wanted)
    return mine / whole if whole else 0.0


def _widest(study: Study) -> tuple[list[str], float]:
    """Components whose loss fails the most calls of must-haves, and the share of them."""
    model, rates = bare_model(study), {}
    for operation in musts(study):
        figure = study.figure(f"{operation}.peak_rate")
        rates[operation] = figure.median if figure else 0.0
    whole = sum(rates.values())
    found: dict[str, float] = {}
    for operation, rate in rates.items():
        by_part: dict[str, set[str]] = {}
        for name in model.parts(operation):
            sort, _, what = name.partition(" ")
            if sort in ("all", "provider"):
                by_part.setdefault(what.partition("@")[0], set()).add(name)
        shares = model.each(operation, [frozenset(some) for some in by_part.values()])
        for part, share in zip(by_part, shares, strict=True):
            found[part] = found.get(part, 0.0) + share * rate / (whole or 1.0)
    most = max(found.values(), default=0.0)
    return [n for n, share in found.items() if most and share >= most - _SAME], most
