"""The page of `failures`: what breaks in turn, scenarios, the twelve of a reviewer, pairs."""

from collections.abc import Iterator

from sysdesign.cli.screen import Paint, table, wrapped
from sysdesign.source import listed
from sysdesign.study import primary_operation
from sysdesign.study.failures import Effect
from sysdesign.study.injections import Injection, mechanism
from sysdesign.study.words import shown_load, shown_share, shown_time
from sysdesign.workbench import Workbench
from sysdesign.workbench.failures import Failures

_COLOURS = {"survive": "green", "degrade": "yellow", "die": "red", "not known": "yellow"}
_KINDS = {"instance": "One instance", "component": "Whole components", "zone": "Zones",
          "region": "Regions", "provider": "What others run", "way": "Ways between regions",
          "link": "Calls between components", "slow": "Slow instead of dead"}  # fmt: skip
_SHORT = ("link", "slow")
_PAIRS = 20
_ROOM = 4  # at the right edge


def page(found: Failures, path: str, paint: Paint, *, two: bool, everything: bool) -> Iterator[str]:
    """What a person reads, line by line as it is worked out."""
    study, bench = found.study, found.bench
    load = f" · load {study.load:g}x" if study.load != 1 else ""
    yield paint(f"{study.design.problem.name or path}{load}", "bold")
    if not study.network.operations():
        yield "  No operation has a rate and a path yet, so nothing can fail."
        return
    yield from _overloaded(found, paint)
    yield from _single(bench, found, paint, everything=everything)
    if found.only is None:
        yield from _scenarios(bench, found, paint)
        yield from _twelve(found, paint)
    if two:
        yield from _pairs(found, paint, everything=everything)
    yield ""
    yield paint(f"Next:  sysdesign failures {path} --only NAME --all", "dim")


def _overloaded(found: Failures, paint: Paint) -> Iterator[str]:
    """What is too small already with nothing broken, since what follows is told beside it."""
    over = found.breaker.overloaded
    if not over:
        return
    small = list(dict.fromkeys(station for some in over.values() for station in some))
    wait = "waits" if len(over) == 1 else "wait"
    said = (
        f"{_few(small, 3)} cannot do the work of the peak, so {_few(list(over), 3)} {wait} without "
        "end with nothing broken. What a failure adds to that is told here."
    )
    yield ""
    yield from (paint(line, "red") for line in wrapped(said, paint.width - _ROOM, "  "))


def _single(bench: Workbench, found: Failures, paint: Paint, *, everything: bool) -> Iterator[str]:
    by_kind: dict[str, list[Effect]] = {}
    for effect in found.effects():
        by_kind.setdefault(effect.kind, []).append(effect)
    for kind, effects in by_kind.items():
        shown = effects if everything else [e for e in effects if e.verdict != "survive"]
        fine = len(effects) - len(shown)
        told = f", {fine} of {len(effects)} survived" if fine else ""
        yield ""
        yield paint(f"{_KINDS.get(kind, kind)}{told}", "bold")
        for effect in shown:
            if kind in _SHORT and not everything and found.only is None:
                mark = paint(effect.verdict, _COLOURS[effect.verdict])
                told = f"{effect.words}: {mechanism(effect).partition('; calls are')[0]}"
                first, *more = wrapped(told, paint.width - _ROOM - 13)
                yield f"  {mark}{' ' * (9 - len(effect.verdict))}  {first}"
                yield from (" " * 13 + line for line in more)
            else:
                yield from _effect(bench, effect, paint)


def _effect(bench: Workbench, effect: Effect, paint: Paint) -> Iterator[str]:
    mark = paint(effect.verdict, _COLOURS[effect.verdict])
    yield f"  {mark}{' ' * (9 - len(effect.verdict))}  {paint(effect.words, 'bold')}"
    margin = " " * 13
    if effect.felt:
        yield from wrapped(f"{mechanism(effect)}.", paint.width - _ROOM, margin)
        yield from wrapped(_left(bench, effect), paint.width - _ROOM, margin)
    if effect.broken:
        broken = "; ".join(dict.fromkeys(f"{name} ({why})" for name, why in effect.broken))
        yield from wrapped(f"Broken: {broken}.", paint.width - _ROOM, margin)
    for note in effect.notes:
        yield from wrapped(f"Note: {note}.", paint.width - _ROOM, margin)


def _left(bench: Workbench, effect: Effect) -> str:
    """Load that is still carried, the time of the first operation, who feels it."""
    words = []
    name = primary_operation(bench.study)
    one = next((f for f in effect.felt if f.operation == name), None)
    if effect.carries is not None:
        what = "what is left " if one is not None and one.state == "down" else ""
        words.append(f"{what}carries {shown_load(effect.carries)} the peak ({effect.fullest})")
    if one is not None and one.p99_s is not None:
        words.append(f"p99 of {name} {one.mark}{shown_time(one.p99_s)}")
    if effect.actors:
        words.append(f"felt by {', '.join(effect.actors)}")
    return f"{'; '.join(words)}." if words else ""


def _scenarios(bench: Workbench, found: Failures, paint: Paint) -> Iterator[str]:
    some = list(found.scenarios())
    if not some:
        return
    yield ""
    yield paint("Scenarios of the file", "bold")
    for effect in some:
        mark = paint(effect.verdict, _COLOURS[effect.verdict])
        pad = " " * (9 - len(effect.verdict))
        first, *more = wrapped(f"{effect.event}: {effect.words}", paint.width - _ROOM - 13)
        first = first.removeprefix(f"{effect.event}:")
        yield f"  {mark}{pad}  {paint(effect.event, 'bold')}:{first}"
        margin = " " * 13
        yield from (f"{margin}{line}" for line in more)
        if effect.felt:
            yield from wrapped(
                f"{mechanism(effect)}. {_left(bench, effect)}", paint.width - _ROOM, margin
            )
        for note in effect.notes[: None if effect.verdict == "not known" else -1]:
            yield from wrapped(f"Note: {note}.", paint.width - _ROOM, margin)


def _twelve(found: Failures, paint: Paint) -> Iterator[str]:
    yield ""
    yield paint("Twelve failures that a reviewer tries, each where it hurts most", "bold")
    for one in found.injections():
        yield from _injection(one, paint)


def _injection(one: Injection, paint: Paint) -> Iterator[str]:
    mark = paint(one.verdict, _COLOURS[one.verdict])
    pad = " " * (9 - len(one.verdict))
    on = f": {one.on}" if one.on else ""
    first, *more = wrapped(f"{one.name}{on}", paint.width - _ROOM - 13)
    yield f"  {mark}{pad}  {paint(one.name, 'bold')}{first.removeprefix(one.name)}"
    yield from (" " * 13 + line for line in more)
    yield from wrapped(f"{one.mechanism}.", paint.width - _ROOM, " " * 13)


def _pairs(found: Failures, paint: Paint, *, everything: bool) -> Iterator[str]:
    some = found.pairs()
    yield ""
    yield paint("Pairs that are worse than either alone", "bold")
    if not some:
        yield "  None: no two parts do more together than apart."
        return
    rows: dict[tuple[str, str], list[str]] = {}  # of all operations that a pair takes as much of
    for one in some:
        rows.setdefault((shown_share(one.fails), one.words), []).append(one.operation)
    most = len(found.study.network.operations()) if everything else 1
    told = [(*key, _few(operations, most)) for key, operations in rows.items()]
    shown = told if everything else told[:_PAIRS]
    top, *body = table([("fails", "with both down", "calls of"), *shown], right=(0,))
    yield paint(top, "dim")
    yield from body
    if len(told) > len(shown):
        yield paint(f"  and {len(told) - len(shown)} more: --all", "dim")


def _few(names: list[str], most: int) -> str:
    """Some names, and how many more."""
    if len(names) <= max(most, 2):
        return listed(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"
