"""What it costs: by component, by operation, what is spare and what it buys, as the load grows."""

from collections.abc import Iterator

from sysdesign.estimate.cost import PARTS
from sysdesign.report.document import (
    Axis,
    Bars,
    Block,
    Bullets,
    Code,
    Line,
    Paragraph,
    Section,
    Soft,
    Strong,
    Table,
)
from sysdesign.report.document import Row as Bar
from sysdesign.report.lines import NONE, columns, filled
from sysdesign.report.subject import Part, Subject
from sysdesign.study import Study
from sysdesign.study.money import Spare, buys, grown_cost, money_told, spare
from sysdesign.study.prices import price_defaults, unpriced
from sysdesign.study.words import grouped, shown_share

_GROWN = (1.0, 2.0, 5.0, 10.0)
_MOST = 12
_SPARE = 8


def write(subject: Subject) -> Iterator[Block | Section]:
    """The whole, then where it goes."""
    study = subject.study
    whole = study.figure("cost")
    if not study.design.components:
        return
    if whole is None:
        yield Paragraph(f"Not known for want of: {', '.join(unpriced(study))}.")
        return
    between = f" ({whole.shown_range})" if whole.shown_range else ""
    found = spare(study)
    idle = sum(one.cost_per_s for one in found) / whole.median if whole.median else 0.0
    told = f"{between}, {shown_share(idle)} of it for what is spare at peak" if found else between
    yield Paragraph((
        "The design costs ", Strong(whole.shown), (f"{told}. Prices are those of the file or cited "
        "ones with their year, never live."),
    ))  # fmt: skip
    yield from _components(study, whole.median)
    yield from _operations(study)
    yield from _spare(study, found, whole.median)
    yield from _growth(study)
    yield from _taken(study)


def _bare(study: Study, per_s: float) -> str:
    """Money a month without its unit."""
    return money_told(study, per_s).partition(" ")[0] if per_s else NONE


def _components(study: Study, whole: float) -> Iterator[Block]:
    costs = {n: f.median for n in study.design.components if (f := study.figure(f"{n}.cost"))}
    moved = {"Traffic over links": study.figure("system.link_cost"),
             "Between zones and regions": study.figure("system.place_cost")}  # fmt: skip
    order = sorted((n for n in costs if costs[n]), key=lambda n: -costs[n])
    rows: list[tuple[Line, ...]] = [_component(study, n, costs[n], whole) for n in order[:_MOST]]
    rest = order[_MOST:]
    if rest:
        money = sum(costs[n] for n in rest)
        rows.append((f"{len(rest)} more", _bare(study, money), _share(money, whole),
                     *(NONE for _ in PARTS)))  # fmt: skip
    for title, figure in moved.items():
        if figure is not None and figure.median:
            rows.append((title, _bare(study, figure.median), _share(figure.median, whole),
                         *(NONE for _ in PARTS)))  # fmt: skip
    titles = {"instances": "Instances", "stored": "Stored", "calls": "Calls", "in": "In",
              "out": "Out"}  # fmt: skip
    heads = columns("Component", "Together", "Share", *(titles[one] for one in PARTS),
                    right=range(1, 3 + len(PARTS)))  # fmt: skip
    if rows:
        unit = f"{study.units.currency} a month"
        yield filled(Table(f"Cost by component, {unit}", heads, tuple(rows)))


def _component(study: Study, name: str, cost: float, whole: float) -> tuple[Line, ...]:
    figures = (study.figure(f"{name}.cost.{which}") for which in PARTS)
    parts = (_bare(study, figure.median) if figure else NONE for figure in figures)
    return ((Code(name),), _bare(study, cost), _share(cost, whole), *parts)


def _share(part: float, whole: float) -> str:
    return shown_share(part / whole) if whole else NONE


def _operations(study: Study) -> Iterator[Block]:
    found = []
    for name in study.design.operations:
        cost, each = study.figure(f"{name}.cost"), study.figure(f"cost_per_call.{name}")
        if cost is not None and each is not None and cost.median:
            found.append((name, cost.median, each.median))
    found.sort(key=lambda one: -one[1])
    rows = tuple(((Code(name),), _bare(study, cost), f"{1000 * each:.3g}")
                 for name, cost, each in found)  # fmt: skip
    if rows:
        currency = study.units.currency
        heads = columns("Operation", f"{currency} a month", f"{currency} for 1,000 calls",
                        right=(1, 2))  # fmt: skip
        yield Table("Cost by operation", heads, rows)


def _spare(study: Study, found: tuple[Spare, ...], whole: float) -> Iterator[Block]:
    rows = tuple(
        ((Code(one.component),), f"{one.now - one.needed:,.0f} of {one.now:,.0f}",
         _bare(study, one.cost_per_s), _share(one.cost_per_s, whole), _bought(study, one))
        for one in found[:_SPARE]
    )  # fmt: skip
    if rows:
        heads = columns("Component", "Spare instances", f"{study.units.currency} a month",
                        "Of the whole", "What they buy", right=(1, 2, 3))  # fmt: skip
        yield Table("Idle redundancy, and what it buys", heads, rows)


def _bought(study: Study, one: Spare) -> str:
    said = buys(study, one) or "nothing that is asked for"
    said = said.removeprefix("they ").removeprefix("are ")
    return said[0].upper() + said[1:]


def _growth(study: Study) -> Iterator[Block]:
    unit = study.units.parse(f"{study.units.currency}/month")
    now = study.figure("cost")
    known = [(factor, now.median if factor == 1 and now else grown_cost(study, factor))
             for factor in _GROWN]  # fmt: skip
    rows = tuple((factor, money) for factor, money in known if money is not None)
    if len(rows) < 2:
        return
    yield Bars(
        "Cost as the load grows",
        Axis("Cost a month", "number", unit=study.units.currency),
        ("cost",),
        tuple(
            Bar(f"{factor:g}x the peak" if factor != 1 else "the peak",
                (float(f"{money / unit.factor:.2g}"),))
            for factor, money in rows
        ),
    )  # fmt: skip
    yield Paragraph((Soft(
        "Bytes, calls and traffic grow with the load; of each component there are as many "
        "instances as keep to the planned use, at least those of now."
    ),))  # fmt: skip


def _taken(study: Study) -> Iterator[Block]:
    found = price_defaults(study)
    if found:
        yield Paragraph((Strong("Prices that the file does not state"),))
        yield Bullets(tuple(grouped(list(found))))


PART = Part("cost", "Cost", "scenarios", write)
