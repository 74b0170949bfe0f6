"""Cited base rates: well formed, in the unit language, and not faster than light."""

import re
from dataclasses import replace
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

import pytest

from sysdesign import rates
from sysdesign.quantity import Units, evaluate, parse
from sysdesign.rates.rate import BASES, cited_round_trips

UNITS = Units()
ALL = [rate for rate in map(rates.get, rates.ids()) if rate]

# Latitude and longitude of the nearest city, from any atlas.
PLACES = {
    "east_us": (37.4, -79.8), "east_us_2": (36.7, -78.9), "central_us": (41.6, -93.6),
    "south_central_us": (29.4, -98.5), "west_us": (37.8, -122.4), "west_us_2": (47.2, -119.9),
    "west_europe": (52.4, 4.9), "north_europe": (53.3, -6.3), "uk_south": (51.5, -0.1),
    "qatar": (25.3, 51.5), "central_india": (18.6, 73.9), "south_africa_north": (-26.2, 28.0),
    "southeast_asia": (1.3, 103.8), "japan_east": (35.7, 139.8), "brazil_south": (-23.6, -46.6),
    "australia_east": (-33.9, 151.2),
}  # fmt: skip
LIGHT_IN_FIBRE_KM_PER_MS = 200.0


def amount(text: str) -> tuple[float, object]:
    def unknown(name: str):
        raise KeyError(name)

    found = evaluate(parse(text, UNITS), unknown, UNITS, "test")
    return found.value.median, found.dimension


def distance_km(a: str, b: str) -> float:
    """Great circle, by the haversine formula."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(radians, PLACES[p])) for p in (a, b))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371 * asin(sqrt(h))


def test_ids_are_unique_and_well_formed():
    lines = Path(rates.__file__).with_name("base.csv").read_text(encoding="utf-8").splitlines()
    written = [line.partition(",")[0] for line in lines[1:]]
    assert list(rates.ids()) == written  # a repeated id would be lost
    assert [i for i in written if not re.fullmatch(r"base\.[a-z0-9_]+\.[a-z0-9_]+", i)] == []


@pytest.mark.parametrize("rate", ALL, ids=lambda rate: rate.id)
def test_rate_is_cited_and_in_its_range(rate: rates.Rate):
    assert (rate.low is None) == (rate.high is None)
    if rate.low is not None and rate.high is not None:
        assert rate.low <= rate.value <= rate.high
    assert rate.value > 0
    assert rate.basis in BASES
    assert rate.source
    assert 1990 <= rate.year <= 2026


@pytest.mark.parametrize("rate", ALL, ids=lambda rate: rate.id)
def test_text_reads_back_as_the_value_in_its_unit(rate: rates.Rate):
    unit = UNITS.parse(rate.unit)
    value, dimension = amount(rate.text)
    assert value == pytest.approx(rate.value * unit.factor, rel=1e-9)
    assert dimension == unit.dimension


@pytest.mark.parametrize("rate", [r for r in ALL if r.range_text], ids=lambda rate: rate.id)
def test_range_reads_back_as_its_ends(rate: rates.Rate):
    unit = UNITS.parse(rate.unit)
    low, high = rate.range_text.split(" .. ")
    suffix = high.lstrip("0123456789.")
    ends = [amount(low if low.endswith(("%", "x")) else low + suffix)[0], amount(high)[0]]
    expected = [end * unit.factor for end in (rate.low, rate.high) if end is not None]
    assert ends == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        ("base.size.photo_web", "200 kB"),
        ("base.size.video_upload_min", "10 MB/min"),
        ("base.size.video_min_all_renditions", "50 MB/min"),
        ("base.postgres.rw_tps_per_vcpu", "685 req/s"),
        ("base.traffic.peak_global", "1.65x"),
        ("base.cache.hot_set", "20%"),
        ("base.price.object_get", "0.4 USD / 1M req"),
        ("base.price.lambda_gb_s", "0.0000166667 USD/GB/s"),
        ("base.lambda.ramp", "100/s"),
        ("base.sla.dynamodb_global", "99.999%"),
        ("base.handshake.tls_1_3", "1"),
    ],
)
def test_text_is_what_a_design_file_would_say(rate: str, text: str):
    found = rates.get(rate)
    assert found is not None
    assert found.text == text


def test_unknown_rate_is_none():
    assert rates.get("base.size.unicorn") is None


def test_every_availability_commitment_is_a_share_of_at_most_all():
    shares = [r for r in ALL if r.id.startswith(("base.sla.", "base.durability."))]
    assert all(r.unit == "%" and 0 < r.value <= 100 for r in shares)


def test_prices_go_stale_eighteen_months_after_their_year_and_others_never():
    price, size = rates.get("base.price.object_get"), rates.get("base.size.photo_web")
    assert price is not None
    assert size is not None
    assert price.year == 2024
    assert not price.is_stale(2026, 6)  # 18 months after December 2024
    assert price.is_stale(2026, 7)
    assert not replace(size, year=2000).is_stale(2026, 12)
    assert price.age(2026) == 2


def test_round_trips_are_symmetric_and_known_for_listed_locations_only():
    for (a, b), ms in cited_round_trips().items():
        assert rates.round_trip_s(a, b) == rates.round_trip_s(b, a) == ms / 1000
        assert {a, b} <= set(rates.locations())
    assert rates.round_trip_s("west_us", "qatar") is None
    assert rates.round_trip_s("atlantis", "atlantis") is None
    assert set(PLACES) == set(rates.locations())


def test_each_pair_of_locations_is_cited_once():
    pairs = [frozenset(pair) for pair in cited_round_trips()]
    assert len(pairs) == len(set(pairs))
    assert all(len(pair) == 2 for pair in pairs)


def test_within_a_location_it_is_the_round_trip_between_zones():
    zones = rates.get("base.latency.cross_zone")
    assert zones is not None
    assert rates.round_trip_s("east_us", "east_us") == pytest.approx(zones.value / 1000)


@pytest.mark.parametrize(("pair", "ms"), cited_round_trips().items(), ids=lambda x: str(x))
def test_no_round_trip_beats_light_in_fibre_nor_strays_far(pair: tuple[str, str], ms: float):
    least = 2 * distance_km(*pair) / LIGHT_IN_FIBRE_KM_PER_MS
    assert least < ms < 4 * least + 10


def test_a_detour_saves_little():
    trips = cited_round_trips()
    known = {**trips, **{(b, a): ms for (a, b), ms in trips.items()}}
    for (a, b), direct in known.items():
        for (c, d), second in known.items():
            if b == c and (a, d) in known:
                assert known[a, d] <= 1.5 * (direct + second), (a, b, d)


def test_page_holds_every_rate_and_pair_once_and_is_the_same_again():
    text = rates.page()
    assert text == rates.page()
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")]
    ids = [row[0].strip("| `") for row in rows if row[0].startswith("| `")]
    assert ids == list(rates.ids())
    assert all(f"{rate.source}, {rate.year}" in text for rate in ALL)
    for (a, b), ms in cited_round_trips().items():
        assert text.count(f"| {a} | {b} | {ms:g} ms |") == 1
