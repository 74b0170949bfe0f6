"""The next nine: the cheapest change that takes an operation to ten times less time down."""

from functools import partial
from math import floor, log10

from sysdesign.advise import Advice, advise
from sysdesign.availability import Importance
from sysdesign.records import dataclass
from sysdesign.source import UnusableError
from sysdesign.study import Study
from sysdesign.study.uptime import model_of, part_words, uptime
from sysdesign.workbench.bench import Workbench, change
from sysdesign.workbench.workers import in_parallel

_WANTED = "next_nine"
_COUNTS = 0.02  # of the failures: what causes less is not turned
_MENDED = ("instance", "together", "zone")
_ROUNDING = 1e-6
_MOST_NINES = 9


@dataclass(frozen=True, slots=True)
class NextNine:
    """What takes an operation to its next nine.

    `share` is that availability, 0..1, and `shown` the same in words. `stops` are parts that
    nothing in the file can better and that are down longer than it allows, each with the share of
    the time; then nothing was tried. `advice` are changes that were run and reach it, the best
    first; `tried` how many were run.
    """

    operation: str
    share: float
    shown: str
    stops: tuple[tuple[str, float], ...]
    advice: tuple[Advice, ...]
    tried: int


def next_nine(bench: Workbench, operation: str) -> NextNine | None:
    """The cheapest verified change to the next nine; None for what has no flow or is never down."""
    study = bench.study
    found = uptime(study, operation)
    if found is None or found.down <= 10.0**-_MOST_NINES:
        return None
    nines = floor(-log10(found.down) + _ROUNDING) + 1
    allowed = 10.0**-nines
    causes = model_of(study).importance(operation)
    fixed = [one for one in causes if one.part.partition(" ")[0] not in _MENDED]
    stops = list(zip([part_words(study, one.part) for one in fixed],
                     _alone(study, operation, fixed), strict=True))  # fmt: skip
    whole = sum(down for _, down in stops)
    if whole >= allowed * (1 - _ROUNDING):
        kept = tuple((words, down) for words, down in stops if down >= _COUNTS * whole)
        return NextNine(operation, 1 - allowed, shown_nines(nines), kept, (), 0)
    text = shown_nines(nines)
    wanted = bench.changed(change(
        f"requirements.quality.{_WANTED}={{class: scale, priority: could, "
        f"expect: {operation}.availability >= {text}, source: assumption}}"
    ))  # fmt: skip

    def attempt(path: str, value: str) -> Study | None:
        try:
            return wanted.changed(change(f"{path}={value}")).study
        except UnusableError:
            return None

    among = {_component(one.part) for one in causes if one.critical >= _COUNTS}
    zones = {name for name, place in study.design.places.items()
             if any(f"zone {zone}" == one.part for one in causes for zone in place.zones
                    if one.critical >= _COUNTS)}  # fmt: skip
    each = partial(in_parallel, study=study)
    for one in advise(wanted.study, attempt, _WANTED, among | zones, each):
        return NextNine(operation, 1 - allowed, shown_nines(nines), (), one.advice, one.tried)
    return NextNine(operation, 1 - allowed, shown_nines(nines), (), (), 0)


def shown_nines(nines: int) -> str:
    """So many nines: 99.99% for four."""
    return f"{100 * (1 - 10.0**-nines):.{max(nines - 2, 0)}f}%"


def _alone(study: Study, operation: str, some: list[Importance]) -> list[float]:
    """Share of the time that each part takes by itself, with all else up."""
    broken = [one for one in some if not one.part.startswith("moment ")]
    fails = model_of(study).each(operation, [frozenset([one.part]) for one in broken])
    known = {one.part: lost for one, lost in zip(broken, fails, strict=True)}
    return [known.get(one.part, one.birnbaum) * one.down for one in some]


def _component(part: str) -> str:
    return part.partition(" ")[2].partition("@")[0]
