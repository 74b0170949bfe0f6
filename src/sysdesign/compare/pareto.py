"""Which of several designs none of the others beats: the Pareto front."""

from collections.abc import Mapping, Sequence

from sysdesign.study.compared import Row


def best(rows: Mapping[str, Row], measures: Sequence[str]) -> tuple[str, ...]:
    """Names of the rows to which no other is better by one measure and worse by none.

    Rows of which a measure is not known are left out.
    """
    known = {
        name: row for name, row in rows.items()
        if all(m in row.values and row.values[m].value is not None for m in measures)
    }  # fmt: skip

    def beats(one: Row, other: Row) -> bool:
        pairs = [(one.values[m], other.values[m]) for m in measures]
        return any(a.beats(b) for a, b in pairs) and not any(b.beats(a) for a, b in pairs)

    return tuple(
        name
        for name, row in known.items()
        if not any(beats(other, row) for other in known.values())
    )
