"""Base rates and round trips between regions, read once from the tables beside this module."""

from collections.abc import Mapping
from functools import cache

from sysdesign.records import dataclass

BASES = {
    "M": "published measurement",
    "D": "documented by the vendor",
    "P": "price list",
    "R": "rule of thumb",
    "L": "measured by us: 2 shared vCPU, client and server on them, so a lower bound",
}
ROUND_TRIP_SOURCE = "Azure network round-trip latency, 95th percentile of 30 days to 2026-07-30"
STALE_AFTER_MONTHS = 18
_CROSS_ZONE = "base.latency.cross_zone"


@dataclass(frozen=True, slots=True)
class Rate:
    """One figure from outside.

    `value`, `low` and `high` are in `unit`, a word of the unit language. `low` to `high` is where
    the cited sources lie (a 90% range for a first design); None where they name no spread.
    `basis` is a key of `BASES`. `year` is of the newest source, or of our reading where it bears
    no date.
    """

    id: str
    value: float
    low: float | None
    high: float | None
    unit: str
    basis: str
    source: str
    year: int
    note: str

    @property
    def text(self) -> str:
        """The value as a design file writes it: "200 kB", "1.65x", "0.4 USD / 1M req"."""
        return _amount(_number(self.value, self.unit), self.unit)

    @property
    def range_text(self) -> str:
        """The range as a design file writes it: "50 .. 1000 kB"; empty where none is cited."""
        if self.low is None or self.high is None:
            return ""
        low, high = (_number(end, self.unit) for end in (self.low, self.high))
        low += self.unit if self.unit in ("%", "x") else ""
        return f"{low} .. {_amount(high, self.unit)}"

    def age(self, year: int) -> int:
        """Years from the source to a year."""
        return year - self.year

    def is_stale(self, year: int, month: int) -> bool:
        """Whether it is a price of more than 18 months ago, counted from the end of its year."""
        months = 12 * self.age(year) + month - 12
        return self.id.startswith("base.price.") and months > STALE_AFTER_MONTHS


def get(rate: str) -> Rate | None:
    """The rate of an id, None where there is none."""
    return _rates().get(rate)


def ids() -> tuple[str, ...]:
    """Ids of all rates, in the order of the table."""
    return tuple(_rates())


def locations() -> tuple[str, ...]:
    """Names of all locations with cited round trips, sorted."""
    return tuple(sorted({place for pair in _round_trips() for place in pair}))


def round_trip_s(a: str, b: str) -> float | None:
    """Round trip between two locations in seconds, None where it is not cited.

    The same location twice gives the round trip between the zones of one region.
    """
    if a == b:
        rate = get(_CROSS_ZONE) if a in locations() else None
        return rate.value / 1000 if rate else None
    ms = _round_trips().get((a, b)) or _round_trips().get((b, a))
    return ms / 1000 if ms else None


def cited_round_trips() -> Mapping[tuple[str, str], float]:
    """Milliseconds by pair of locations, each pair once."""
    return dict(_round_trips())


def _number(value: float, unit: str) -> str:
    scaled = value * 1e6 if _is_small_price(unit) else value
    return f"{scaled:.10f}".rstrip("0").rstrip(".")


def _amount(number: str, unit: str) -> str:
    if _is_small_price(unit):
        return f"{number} USD / 1M {unit.removeprefix('USD/')}"
    if unit.startswith("1/"):
        return number + unit[1:]
    return f"{number}{'' if unit in ('', '%', 'x') else ' '}{unit}"


def _is_small_price(unit: str) -> bool:
    """Whether prices in this unit are quoted for a million."""
    return unit in ("USD/req", "USD/msg")


def _table(name: str) -> list[dict[str, str]]:
    import csv  # with pathlib some 10 ms, for those who ask only
    from pathlib import Path

    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def _rates() -> Mapping[str, Rate]:
    return {
        row["id"]: Rate(
            id=row["id"],
            value=float(row["value"]),
            low=float(row["low"]) if row["low"] else None,
            high=float(row["high"]) if row["high"] else None,
            unit=row["unit"],
            basis=row["basis"],
            source=row["source"],
            year=int(row["year"]),
            note=row["note"],
        )
        for row in _table("base.csv")
    }


@cache
def _round_trips() -> Mapping[tuple[str, str], float]:
    return {(row["a"], row["b"]): float(row["ms"]) for row in _table("round_trips.csv")}
