"""`sysdesign cost`."""

from collections.abc import Iterator

import click

from sysdesign.cli.options import Asked, chosen, complete_files, print_json, weighing
from sysdesign.cli.screen import Paint, say, table, wrapped
from sysdesign.estimate.cost import PARTS
from sysdesign.figures import Figure
from sysdesign.quantity import show
from sysdesign.study import Study
from sysdesign.study.money import grown_cost, spare
from sysdesign.study.prices import price_defaults, unpriced
from sysdesign.study.words import shown_share
from sysdesign.workbench import Workbench
from sysdesign.workbench.money import GROWN, cost_answer

MOST_SPARE = 5


@click.command(epilog="Example:  sysdesign cost twitter.yaml")
@click.argument("file", required=False, shell_complete=complete_files)
@weighing("text", "json")
def command(
    file: str | None,
    asked: Asked,
) -> int:
    """Work out what the design costs a month: by component, by operation, by call.

    Prices are those of the file, else cited ones with their year; none is live. Bytes are priced at
    the age `conventions.cost_at`, calls and traffic at the average load.
    """
    path = chosen(file)
    bench = asked.open(path)
    if bench is None:
        return 2
    if asked.form == "json":
        print_json(cost_answer(bench, path))
        return 0
    for line in _page(bench, path, asked.paint):
        say(line)
    return 0


def _page(bench: Workbench, path: str, paint: Paint) -> Iterator[str]:
    study = bench.study
    yield paint(str(study.design.problem.name or study.source.name), "bold")
    yield ""
    yield from table(list(_whole(study, paint)), right=(1,))
    yield from _components(study, paint)
    yield from _operations(study, paint)
    yield from _spare(study, paint)
    yield from _defaults(study, paint)
    yield ""
    yield paint(f"Where a number comes from:  sysdesign explain {path} cost", "dim")


def _whole(study: Study, paint: Paint) -> Iterator[tuple[str, str, str, str]]:
    whole = study.figure("cost")
    if whole is None:
        known = ", ".join(unpriced(study))
        yield ("cost a month", "not known", f"for want of: {known}", "")
        return
    yield ("cost a month", whole.shown, whole.shown_range, paint("cost", "dim"))
    idle = sum(one.cost_per_s for one in spare(study))
    if whole.median > 0:
        yield ("of it spare at peak", shown_share(idle / whole.median), "", "")
    for factor in GROWN:
        money = grown_cost(study, factor)
        if money is not None:
            yield (f"at {factor:g} times the load", _money(study, money), "", "")


def _money(study: Study, per_s: float) -> str:
    unit = study.units.parse(f"{study.units.currency}/month")
    return show(per_s, unit.dimension, unit=unit, digits=2)


def _components(study: Study, paint: Paint) -> Iterator[str]:
    rows: list[tuple[str, ...]] = []
    whole = study.figure("cost")
    for name in study.design.components:
        cost = study.figure(f"{name}.cost")
        if cost is not None and cost.median == 0:
            continue
        share = cost.median / whole.median if cost and whole and whole.median else None
        count = study.figure(f"{name}.instances")
        parts = (study.figure(f"{name}.cost.{which}") for which in PARTS)
        rows.append((
            name, _bare(study, cost.median if cost else None), shown_share(share),
            f"{count.median:,.0f}" if count and not study.design.components[name].is_managed
            else "-",
            *(_part(study, part) for part in parts),
        ))  # fmt: skip
    rows += _moved(study)
    if not rows:
        return
    rows.sort(key=lambda row: -_number(study, row[0]))
    heads = ("", f"{study.units.currency}/month", "share", "number", *PARTS)
    used = [i for i in range(len(heads)) if i < _ALWAYS or any(row[i] for row in rows)]
    cells = [[row[i] for i in used] for row in (heads, *rows)]
    top, *body = table(cells, right=range(1, len(used)))
    yield from ("", paint("Components", "bold"), paint(top, "dim"), *body)


_ALWAYS = 4  # columns that are there even where nothing stands in them


_MOVED = {"over links": "system.link_cost", "between places": "system.place_cost"}


def _moved(study: Study) -> list[tuple[str, ...]]:
    """Bytes that are paid for on their way."""
    whole, rows = study.figure("cost"), []
    for title, name in _MOVED.items():
        cost = study.figure(name)
        if cost is not None and cost.median:
            share = cost.median / whole.median if whole and whole.median else None
            empty = ("" for _ in PARTS)
            rows.append((title, _bare(study, cost.median), shown_share(share), "-", *empty))
    return rows


def _number(study: Study, name: str) -> float:
    cost = study.figure(_MOVED.get(name, f"{name}.cost"))
    return cost.median if cost else float("inf")


def _part(study: Study, figure: Figure | None) -> str:
    return _bare(study, figure.median) if figure and figure.median else "" if figure else "?"


def _bare(study: Study, per_s: float | None) -> str:
    """Money a month without its unit."""
    return "?" if per_s is None else _money(study, per_s).partition(" ")[0]


def _operations(study: Study, paint: Paint) -> Iterator[str]:
    rows: list[tuple[str, ...]] = []
    for name in study.design.operations:
        cost, each = study.figure(f"{name}.cost"), study.figure(f"cost_per_call.{name}")
        if cost is not None and each is not None:
            rows.append((name, _bare(study, cost.median), f"{each.median * 1000:.3g}"))
    if not rows:
        return
    currency = study.units.currency
    heads = ("", f"{currency}/month", f"{currency} for 1000 calls")
    top, *body = table([heads, *rows], right=(1, 2))
    yield from ("", paint("Operations", "bold"), paint(top, "dim"), *body)


def _spare(study: Study, paint: Paint) -> Iterator[str]:
    found = spare(study)
    if not found:
        return
    yield ""
    yield paint("Spare at peak, there for failures and growth", "bold")
    rows = [
        (one.component, f"{one.needed:,.0f} of {one.now:,.0f} carry the peak",
         f"{_money(study, one.cost_per_s)} for the rest")
        for one in found[:MOST_SPARE]
    ]  # fmt: skip
    yield from table(rows)
    if len(found) > MOST_SPARE:
        yield f"  and {len(found) - MOST_SPARE} more"


def _defaults(study: Study, paint: Paint) -> Iterator[str]:
    found = price_defaults(study)
    if found:
        yield ""
        yield paint("Prices taken since the file states none; never live ones", "bold")
        for said in found:
            yield from wrapped(said, paint.width - 4, "  ")
