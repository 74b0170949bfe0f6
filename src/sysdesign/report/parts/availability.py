"""How much of the time operations are up, what brings the first down, data at risk."""

from collections.abc import Iterator

from sysdesign.report.document import Block, Code, Paragraph, Section, Strong, Table
from sysdesign.report.lines import columns
from sysdesign.report.subject import Part, Subject
from sysdesign.study import Study, primary_operation
from sysdesign.study.kept import Kept, kept
from sysdesign.study.uptime import model_of, part_words, shown_down, shown_up, uptime
from sysdesign.study.words import shown_time

_MOST = 6
_NOTICED = 0.005


def write(subject: Subject) -> Iterator[Block | Section]:
    """A row for each operation; causes; what becomes of data."""
    study = subject.study
    names = study.network.operations()
    if not names:
        return
    yield Paragraph(
        "Share of the time in which calls are answered, summed exactly over all states of "
        "regions, zones, instances and providers. Up means able to carry the peak."
    )
    rows = tuple(((Code(name),), *_row(study, name)) for name in names)
    heads = columns("Operation", "Up", "Down a year", "If nothing were shared", right=(1, 2, 3))
    yield Table("Availability of operations", heads, rows)
    name = primary_operation(study)
    if name in names and name:
        yield from _causes(study, name)
    yield from _data(study)


def _row(study: Study, name: str) -> tuple[str, str, str]:
    found = uptime(study, name)
    assert found is not None
    return shown_up(found.up.low), shown_down(study, found.down), shown_up(found.apart)


def _causes(study: Study, name: str) -> Iterator[Block]:
    found = [one for one in model_of(study).importance(name) if one.critical >= _NOTICED]
    if not found:
        return
    rows = tuple(
        (part_words(study, one.part), f"{one.critical:.1%}", shown_down(study, one.down))
        for one in found[:_MOST]
    )
    heads = columns("Part", "In so many of the failures", "Down a year by itself", right=(1, 2))
    yield Table(f"What brings {name} down", heads, rows)
    singles = [one for one in model_of(study).singles(name)
               if one.fails >= _NOTICED and not one.part.startswith("all ")]  # fmt: skip
    told = ", ".join(part_words(study, one.part.replace("one ", "instance ", 1)) for one in singles)
    yield Paragraph((Strong("Single points of failure: "), f"{told or 'none'}."))


def _data(study: Study) -> Iterator[Block]:
    some = [found for entity in study.design.data if (found := kept(study, entity))]
    rows = tuple(
        ((Code(one.entity),), (Code(one.store),), _time(one.rpo_s, "nothing"), _time(one.rto_s),
         _gone(one), _time(one.deleted_rto_s))
        for one in some
    )  # fmt: skip
    if rows:
        heads = columns("Entity", "In", "A part lost: loses", "Back after", "Deleted: loses",
                        "Back after", right=(2, 3, 4, 5))  # fmt: skip
        yield Table("Data at risk", heads, rows)


def _gone(one: Kept) -> str:
    return "all of it" if one.deleted_rpo_s == float("inf") else shown_time(one.deleted_rpo_s)


def _time(seconds: float | None, none: str = "at once") -> str:
    if seconds is None:
        return "not stated"
    return "never" if seconds == float("inf") else shown_time(seconds) if seconds else none


PART = Part("availability", "Availability", "scenarios", write)
