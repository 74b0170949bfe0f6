"""The page of `availability`: what is up how much of the time, and what brings it down."""

from collections.abc import Iterator, Sequence

from sysdesign.availability import Loss
from sysdesign.cli.advice import more_cost
from sysdesign.cli.screen import Paint, table, wrapped
from sysdesign.cli.statements import statement_lines
from sysdesign.study import primary_operation
from sysdesign.study.uptime import (
    cause_words,
    cut_words,
    model_of,
    part_words,
    shown_down,
    shown_up,
    spread_of,
    unstated,
    uptime,
)
from sysdesign.study.words import grouped, shown_share, shown_time
from sysdesign.workbench import Workbench
from sysdesign.workbench.availability import (
    CUT_SIZE,
    availability_requirements,
    operations_of,
    stores_of,
)
from sysdesign.workbench.nines import NextNine

_MOST = 8
_FEW = 5
_NOTICED = 0.001
_YEAR_S = 31_536_000.0
_SECOND = 3e-8  # of a year
_LONG = 1e6  # years


def page(
    bench: Workbench, path: str, paint: Paint, operation: str | None, *, everything: bool,
    nine: NextNine | None = None,
) -> list[str]:  # fmt: skip
    """What a person reads."""
    study = bench.study
    load = f" · load {study.load:g}x" if study.load != 1 else ""
    text = [paint(f"{study.design.problem.name or path}{load}", "bold"), ""]
    name = operation or primary_operation(study)
    sections = [_operations(bench, paint), _requirements(bench, paint)]
    if name in study.network.operations() and name:
        most = 10_000 if everything else _MOST
        sections += [_causes(bench, name, paint, most), _losses(bench, name, paint, most),
                     _cuts(bench, name, paint, most)]  # fmt: skip
    if nine is not None:
        sections.append(list(_nine(bench, nine, paint)))
    sections += [_data(bench, paint), _full(bench, paint), _taken(bench, paint, everything)]
    for section in sections:
        if section:
            text += [*section, ""]
    end = f"Next:  sysdesign failures {path}" if study.network.operations() else ""
    return [*text, paint(end, "dim")] if end else text[:-1]


def _operations(bench: Workbench, paint: Paint) -> list[str]:
    study = bench.study
    names = operations_of(study)
    if not names:
        return ["  No operation has a rate and a path yet, so nothing can be up or down."]
    rows: list[tuple[str, ...]] = [
        ("", "up", "down a year", "degraded a year", "if nothing were shared", "90% between")
    ]
    for name in names:
        found = uptime(study, name)
        assert found is not None
        complete = model_of(study).complete(name)
        lacks = max(found.up.low - complete.low, 0.0)
        draws = spread_of(study, name)
        up = shown_up(found.up.low)
        if not found.up.is_exact:
            up = f"{up} .. {shown_up(found.up.high)} (bounds)"
        between = "" if draws is None else _between(min(draws), max(draws))
        degraded = shown_down(study, lacks) if lacks > _SECOND else ""
        rows.append((name, up, shown_down(study, found.down), degraded, shown_up(found.apart),
                     between))  # fmt: skip
    if not any(row[-1] for row in rows[1:]):
        rows = [row[:-1] for row in rows]
    top, *body = table(rows, right=(1, 2, 3, 4))
    return [paint("Operations", "bold"), paint(top, "dim"), *body]


def _between(low: float, high: float) -> str:
    one, other = shown_up(low), shown_up(high)
    return "" if one == other else f"{one} .. {other}"


def _requirements(bench: Workbench, paint: Paint) -> list[str]:
    some = availability_requirements(bench)
    return [paint("Requirements", "bold"), *statement_lines(some, paint)] if some else []


def _causes(bench: Workbench, name: str, paint: Paint, most: int) -> list[str]:
    study = bench.study
    found = uptime(study, name)
    some = [one for one in model_of(study).importance(name) if one.critical >= _NOTICED]
    if not some or found is None:
        return []
    rows: list[tuple[str, ...]] = [("a cause in", "what", "down by itself")]
    rows += [
        (f"{one.critical:.1%}", cause_words(study, one),
         f"{shown_down(study, one.down)}{' each' if one.number > 1 else ''}")
        for one in some[:most]
    ]  # fmt: skip
    top, *body = table(rows, right=(0,))
    more = [paint(f"  and {len(some) - most} more: --all", "dim")] if len(some) > most else []
    title = f"What brings {name} down, {shown_down(study, found.down)} a year"
    return [paint(title, "bold"), paint(top, "dim"), *body, *more]


def _losses(bench: Workbench, name: str, paint: Paint, most: int) -> list[str]:
    """Single parts by whose loss calls fail; whole components are told by `failures`."""
    study = bench.study
    found = [one for one in model_of(study).singles(name)
             if one.fails >= _NOTICED and not one.part.startswith("all ")]  # fmt: skip
    title = paint(f"Single points of failure of {name}", "bold")
    if not found:
        return [title, "  None: no single instance, zone, region, way or provider."]
    rows = [(shown_share(one.fails), f"of the calls fail with {_down(_lost(bench, one))}")
            for one in found[:most]]  # fmt: skip
    return [title, *table(rows, right=(0,))]


def _down(part: str) -> str:
    """A part that is down, in words: `all instances of edge down at once`."""
    together, at_once, _ = part.partition(" at once")
    return f"{together} down{at_once}"


def _lost(bench: Workbench, loss: Loss) -> str:
    return part_words(bench.study, loss.part.removeprefix("one ").join(
        ("instance ", "") if loss.part.startswith("one ") else ("", "")
    ))  # fmt: skip


def _cuts(bench: Workbench, name: str, paint: Paint, most: int) -> list[str]:
    cuts, count = model_of(bench.study).cuts(name, CUT_SIZE)
    title = paint(f"Smallest sets of failures that bring calls of {name} down", "bold")
    if not count.by_size:
        return [title, "  too many to count"]
    told = [cut for cut in cuts if cut.calls >= _NOTICED] or list(cuts)
    rows = [(shown_share(cut.calls), "of the calls", cut_words(bench.study, cut))
            for cut in told[:most]]  # fmt: skip
    sizes = ", ".join(f"{n:,} of {size} part{'s' if size > 1 else ''}"
                      for size, n in list(count.by_size.items())[:_FEW])  # fmt: skip
    more = " and larger ones" if len(count.by_size) > _FEW else ""
    said = f"{count.whole:,} minimal sets: {sizes}{more}."
    if count.lumped:
        said += f" In sizes all instances of {' and of '.join(count.lumped)} count as one part."
    return [title, *table(rows, right=(0,)), *wrapped(said, paint.width - 6, "  ")]


def _nine(bench: Workbench, nine: NextNine, paint: Paint) -> Iterator[str]:
    """The cheapest change to the next nine, or what stands in its way."""
    study, allowed = bench.study, 1 - nine.share
    yield paint(f"The next nine of {nine.operation}, {nine.shown}, "
                f"{shown_down(study, allowed)} down a year", "bold")  # fmt: skip
    if nine.stops:
        told = " and ".join(f"{words} {shown_down(study, down)}" for words, down in nine.stops)
        said = f"Out of reach for more instances, copies or zones: {told} a year are down alone."
        yield from wrapped(said, paint.width - 6, "  ")
    elif not nine.advice:
        yield f"  No single change reaches it: {nine.tried} were run."
    rows = [(a.path, a.before, "→", a.after, more_cost(study, a), a.said.partition(": ")[2])
            for a in nine.advice[:_FEW]]  # fmt: skip
    yield from table(rows, right=(1, 4))


def _data(bench: Workbench, paint: Paint) -> list[str]:
    some = stores_of(bench.study)
    if not some:
        return []
    heads = ("", "in", "copies", "a part lost: loses", "back after", "deleted: loses", "back after",
             "all copies lost once in")  # fmt: skip
    rows = [
        (one.entity, one.store, str(one.copies), _time(one.rpo_s, "all of it"),
         _time(one.rto_s, none="at once"),
         _time(one.deleted_rpo_s, "all of it"), _time(one.deleted_rto_s, "never"),
         _years(one.loss_every_s))
        for one in some
    ]  # fmt: skip
    text = [paint("Data", "bold")]
    whole = table([heads, *rows], right=(2, 3, 4, 5, 6))
    if max(map(len, whole)) <= paint.width:
        text += [paint(whole[0], "dim"), *whole[1:]]
    else:  # what a part that is lost does, and below it what else may happen
        for columns in ((0, 1, 2, 3, 4), (0, 5, 6, 7)):
            cells = [[row[i] for i in columns] for row in (heads, *rows)]
            top, *body = table(cells, right=range(1 if columns[1] > 1 else 2, len(columns)))
            text += [paint(top, "dim"), *body]
    said = (
        "All copies: if each failure destroyed a disk, the worst that the stated ones could mean."
    )
    return [*text, *wrapped(said, paint.width - 6, "  ")]


def _time(seconds: float | None, never: str = "never", none: str = "nothing") -> str:
    if seconds is None:
        return "not stated"
    return never if seconds == float("inf") else shown_time(seconds) if seconds else none


def _years(seconds: float | None) -> str:
    if seconds is None:
        return "not stated"
    years = seconds / _YEAR_S
    return "over a million years" if years > _LONG else shown_time(seconds)


def _full(bench: Workbench, paint: Paint) -> list[str]:
    over = [pool.name for pool in model_of(bench.study).pools.by_place.values()
            if pool.full_already]  # fmt: skip
    if not over:
        return []
    said = (f"{', '.join(over)} cannot carry the peak with all instances up; all of them are taken "
            "as needed.")  # fmt: skip
    return [paint(line, "yellow") for line in wrapped(said, paint.width - 6, "  ")]


def _taken(bench: Workbench, paint: Paint, everything: bool) -> list[str]:
    found = [said for name in operations_of(bench.study) for said in unstated(bench.study, name)]
    said: Sequence[str] = grouped(list(dict.fromkeys(found)))
    if not said:
        return []
    few = said if everything else said[:_FEW]
    more = f"; and {len(said) - len(few)} more: --all" if len(said) > len(few) else ""
    return wrapped(f"Taken, since the file does not say: {'; '.join(few)}{more}.", paint.width - 4)
