"""Of each failure that a reviewer tries the file says enough to tell what becomes of it.

Why
---
Twelve failures come sooner or later. What becomes of most of them follows from copies, zones and
paths; of the rest, the file has to say what is done: how a version goes out, when certificates are
renewed, how long a stopped consumer may stand still, how deleted data come back.

Flawed
------
    sysdesign: 1
    problem: {actors: {buyer: {primary: true}}}
    operations: {buy: {actor: buyer, rate: 20 req/s, path: [web: [bank]]}}
    components:
      web: {kind: service, replicas: 2}
      bank: {kind: external_service, availability: 99.5%}
    maintenance: {deploy: {any: {how: rolling}}}

Sound
-----
    sysdesign: 1
    problem: {actors: {buyer: {primary: true}}}
    operations: {buy: {actor: buyer, rate: 20 req/s, path: [web: [bank]]}}
    components:
      web: {kind: service, replicas: 2}
      bank: {kind: external_service, availability: 99.5%}
    maintenance: {deploy: {any: {how: rolling}}}
    shortcomings: {one_bank: {what: With bank down nobody can buy.}}

False alarms
------------
`sysdesign failures` tries all twelve and says of each whether the design survives, degrades or
dies, and by what; this check asks for what it needs to know. What a lost instance, zone or region
does is BOT-04 to BOT-06. That something outside brings down half of the calls of a must-have is
enough said in a shortcoming, a decision or a parked point. Which stores have a backup is BOT-12:
here it is asked only where none has. Whether a mechanism is good is for a person.

Source
------
ten steps: "How does system respond to various failures"
"""

from sysdesign.design import Trait
from sysdesign.quantity import show
from sysdesign.review.lacks import any_gap, open_for
from sysdesign.review.room import named_by
from sysdesign.review.rule import Outcome, Outcomes, at, defined, fails, holds, rule, unknown
from sysdesign.review.statements import percent
from sysdesign.study import Study
from sysdesign.study.failures import HALF
from sysdesign.study.injections import STOPPED_S, Waiting, waiting
from sysdesign.study.uptime import bare_model, musts


@rule("BOT-10", needs=("components", "operations"), nothing="nothing that is called can fail")
def failure_without_answer(study: Study) -> Outcomes:
    """Look at what each injection needs to know, and whether somebody else's failure is named."""
    lacking = any_gap(study)
    if lacking:
        yield open_for("injections", lacking)
        return
    yield from _outside(study)
    yield from _stopped(study)
    yield from _deploy(study)
    yield from _certificates(study)
    yield from _deleted(study)


def _outside(study: Study) -> Outcomes:
    model = bare_model(study)
    for name, part in study.design.components.items():
        if not part.has_trait(Trait.OUTSIDE) or name not in study.reached:
            continue
        worst, share = "", 0.0
        for operation in musts(study):
            broken = frozenset(
                p for p in model.parts(operation)
                if p.startswith("provider ") and p.removeprefix("provider ").split("@")[0] == name
            )  # fmt: skip
            lost = model.after(operation, broken) if broken else 0.0
            worst, share = (operation, lost) if lost > share else (worst, share)
        title = named_by(study, name) if share > HALF else ""
        if share > HALF and not title:
            yield fails(
                name,
                f"with {name} down {percent(share)} of {worst} fails, and nothing says what then",
                defined(study, name),
                f"make the call optional or give it a fallback, or name {name} under shortcomings",
            )
        else:
            said = f"with it down {percent(share)} of a must-have fails" if share else (
                "must-haves go on without it")  # fmt: skip
            yield holds(name, f"{said}{f'; {title} names it' if title else ''}", at(name))


def _stopped(study: Study) -> Outcomes:
    """A consumer stands still for a quarter of an hour: does the queue hold what comes."""
    quarter = show(STOPPED_S, study.units.parse("s").dimension, digits=2)
    for one in waiting(study):
        short = _short(study, one)
        if one.held is None and one.kept_s is None:
            yield unknown(
                one.name,
                f"how much {one.name} holds while {one.operation} stands still is not stated",
                at(one.name),
                f"write {one.name}: {{backlog: 10M msg}}, or keep: 1 day",
                f"components.{one.name}.backlog",
            )
        elif short:
            yield fails(
                one.name,
                f"with {one.operation} stopped for {quarter} messages are lost: {short}",
                study.design.components[one.name].at("backlog" if one.held else "keep"),
                f"let {one.name} hold more, or name it under shortcomings",
            )
        else:
            yield holds(one.name, f"holds what comes in {quarter}", at(one.name))


def _short(study: Study, one: Waiting) -> str:
    seconds = study.units.parse("s").dimension
    if one.held is not None and one.rate * STOPPED_S > one.held:
        return f"{one.name} is full after {show(one.held / one.rate, seconds, digits=2)}"
    if one.kept_s is not None and one.kept_s < STOPPED_S:
        return f"{one.name} keeps them for {show(one.kept_s, seconds, digits=2)}"
    return ""


def _deploy(study: Study) -> Outcomes:
    said = study.design.maintenance.deploy
    code = [
        name for name, part in study.design.components.items()
        if part.has_trait(Trait.RUNS_CODE) and name in study.reached
        and not part.has_trait(Trait.OUTSIDE, Trait.ON_DEVICE)
    ]  # fmt: skip
    if not code:
        return
    if "any" not in said and not all(name in said for name in code):
        silent = next(name for name in code if name not in said)
        yield unknown(
            "deploy",
            f"how a new version of {silent} goes out is not stated",
            at(silent),
            "write maintenance: {deploy: {any: {how: rolling, at_once: 10%, drain: 30 s}}}",
            "maintenance.deploy",
        )
        return
    ways = dict.fromkeys(str(one.how or "rolling") for one in said.values())
    yield holds("deploy", ", ".join(ways), study.design.at("maintenance"))


def _certificates(study: Study) -> Outcomes:
    links = [name for name, link in study.design.links.items() if _is_encrypted(link)]
    if not links:
        return
    dates = study.design.maintenance.dates
    when = next((f"{name}: {day}" for name, day in dates.items() if "cert" in name), "")
    if when:
        yield holds("certificates", f"renewed by a date, {when}", study.design.at("maintenance"))
        return
    yield unknown(
        "certificates",
        f"calls over {links[0]} are encrypted, and no date says when a certificate is renewed",
        study.design.at("links"),
        "write maintenance: {dates: {certificates: 2027-01-15}}, or how it renews itself",
        "maintenance.dates.certificates",
    )


def _is_encrypted(link: object) -> bool:
    sort = getattr(link, "encrypted", None)
    return bool(sort) and str(sort) not in ("False", "no")


def _deleted(study: Study) -> Outcomes:
    stores = {
        str(one.store): name for name, one in study.design.data.items()
        if one.store in study.design.components and not one.derived_from
        and not study.design.components[str(one.store)].has_trait(Trait.CACHES)
    }  # fmt: skip
    if not stores:
        return
    safe = [name for name in stores if study.design.components[name].backup]
    if safe:
        yield holds("delete", f"{', '.join(safe)} can be brought back", at(safe[0]))
        return
    first = next(iter(stores))
    yield _unsaved(study, first, stores[first])


def _unsaved(study: Study, store: str, entity: str) -> Outcome:
    return unknown(
        "delete",
        f"how {entity} comes back when somebody deletes it from {store} is not stated",
        defined(study, store),
        f"write {store}: {{backup: {{every: 1 day, keep: 30 day, restore: 2 h}}}}",
        f"components.{store}.backup",
    )
