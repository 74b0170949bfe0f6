"""Components: what each is for, how busy it is, when it is full; what was declined; places."""

from collections.abc import Iterator

from sysdesign.design import Given
from sysdesign.design.calls import Breaker, Failing, Retries
from sysdesign.report.document import Block, Code, Line, Note, Section, Strong, Table
from sysdesign.report.lines import (
    NONE,
    codes,
    columns,
    filled,
    given,
    retries_told,
    said,
    seconds,
    share,
)
from sysdesign.report.subject import Part, Subject
from sysdesign.study import Study
from sysdesign.study.words import shown_factor, station_size


def write(subject: Subject) -> Iterator[Block | Section]:
    """Purpose, then use at peak, the busiest first, then what was left out on purpose."""
    study = subject.study
    design = study.design
    rows: list[tuple[Line, ...]] = [
        ((Code(name),), str(part.kind or "").replace("_", " "), said(part.does), said(part.why),
         said(part.part_of), said(part.owner), codes(part.in_))
        for name, part in design.components.items()
    ]  # fmt: skip
    if rows:
        heads = columns("Component", "Kind", "What it does", "Why it is there", "Group", "Owner",
                        "In")  # fmt: skip
        yield filled(Table("Components", heads, tuple(rows), prose=True))
    yield from _use(study)
    if study.network.unknown:
        left = ((Code(name), f": {fact}; ") for name, fact in study.network.unknown.items())
        parts = [part for pair in left for part in pair]
        yield Note(("Left out of the analysis, for want of a fact: ", *parts), "warning")
    declined = tuple(
        ((Strong(kind.replace("_", " ")),), str(why)) for kind, why in design.declined.items()
    )
    if declined:
        yield Table("Left out on purpose", columns("Part", "Why"), declined, prose=True)
    places = tuple(
        ((Code(name),), codes(one.zones), said(one.like)) for name, one in design.places.items()
    )
    if places:
        yield filled(Table("Places", columns("Place", "Zones", "Round trips as of"), places))


def _use(study: Study) -> Iterator[Block]:
    full_at = dict(study.curve.saturates) if study.analysis.operations else {}
    stations = [s for s in study.analysis.stations.values() if s.utilisation is not None]
    stations.sort(key=lambda s: -(s.utilisation or 0))
    rows: list[tuple[Line, ...]] = []
    for one in stations:
        factor = full_at.get(one.station)
        rows.append((
            (Code(one.station),), share(one.utilisation),
            NONE if factor is None else shown_factor(factor), f"{one.arrival_per_s:,.0f}",
            seconds(one.work_s), seconds(one.wait_s), share(one.cap_used),
            share(one.slots_used), station_size(study, one),
        ))  # fmt: skip
    if rows:
        heads = columns("Station", "Busy", "Full at", "Calls/s", "Work", "Wait", "Of its limit",
                        "Slots taken", "Instances", right=(1, 2, 3, 4, 5, 6, 7))  # fmt: skip
        yield filled(Table("Use at peak, the busiest first", heads, tuple(rows)))


_LINK_WORDS = (
    "protocol", "encrypted", "timeout", "deadline", "retries", "hedge", "breaker", "optional",
    "async_", "rtt", "pool", "limit", "when_over", "bandwidth", "price", "fails",
)  # fmt: skip


def _word(key: str, value: object) -> str:
    """A key of a link with its value; empty where it is not said."""
    name = key.rstrip("_").replace("_", " ")
    match value:
        case None | False | ():
            return ""
        case True:
            return name
        case Given():
            return f"{name} {value.text}"
        case Retries():
            return f"retries {retries_told(value)}"
        case Breaker():
            return f"breaker at {given(value.errors, '50%')} errors"
        case Failing():
            return f"fails every {given(value.every)}, repaired in {given(value.repair)}"
        case _:
            return f"{name} {value}"


def links(subject: Subject) -> Iterator[Block | Section]:
    """What is said of links beyond the paths."""
    rows: list[tuple[Line, ...]] = []
    for name, one in subject.study.design.links.items():
        words = [text for key in _LINK_WORDS if (text := _word(key, getattr(one, key, None)))]
        rows.append(((Code(str(name)),), ", ".join(words) or NONE))
    if rows:
        heads = columns("Link", "What is said of it")
        yield Table("Links", heads, tuple(rows), prose=True)


PART = Part("components", "Components", "components", write)
LINKS = Part("links", "Links", "links", links)
