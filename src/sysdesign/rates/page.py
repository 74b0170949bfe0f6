"""The reference page of all base rates, in Markdown."""

from sysdesign.rates.rate import (
    BASES,
    ROUND_TRIP_SOURCE,
    Rate,
    cited_round_trips,
    get,
    ids,
)

_INTRODUCTION = """\
# Base rates

Figures from outside, for first estimates. An assumption takes one by its id:
`photo: {use: base.size.photo_web}`. Benchmarks are of one kind of work at its best, so plan for a
share of them (`utilisation: 50%`). A commitment is not a measured availability: it says when money
is given back. Vendors often say GB for GiB.

`low .. high` is where the cited sources lie. Basis:"""


def page() -> str:
    """Every rate, by area, and every round trip, with sources."""
    bases = "; ".join(f"{letter} {meaning}" for letter, meaning in BASES.items())
    parts = [f"{_INTRODUCTION} {bases}.\n"]
    area = ""
    for rate in (found for found in map(get, ids()) if found):
        here = rate.id.split(".")[1]
        if here != area:
            area = here
            parts.append(
                f"\n## base.{area}\n\n"
                "| id | value | low .. high | basis | source | meaning |\n"
                "|---|---|---|---|---|---|\n"
            )
        parts.append(_row(rate))
    parts.append(_round_trip_table())
    return "".join(parts)


def _row(rate: Rate) -> str:
    cells = (f"`{rate.id}`", rate.text, rate.range_text, rate.basis,
             f"{rate.source}, {rate.year}", rate.note)  # fmt: skip
    return f"| {' | '.join(cells)} |\n"


def _round_trip_table() -> str:
    rows = "".join(f"| {a} | {b} | {ms:g} ms |\n" for (a, b), ms in cited_round_trips().items())
    return (
        f"\n## Round trips\n\n{ROUND_TRIP_SOURCE}.\n\n| from | to | time |\n|---|---|---|\n{rows}"
    )
