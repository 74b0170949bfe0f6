"""Retries make two states possible; what is said of them does not hang on the load asked at."""

import pytest

from sysdesign.analyze import Analysis, analyze
from sysdesign.analyze.stuck import stuck_stations
from sysdesign.network import Attempts, Breaker, Call, Network, Policy, Retry, Sequence
from sysdesign.workbench import open_text
from tests.analyze.networks import network, station, visit

LOADS = (1e-3, 0.1, 0.3, 0.7, 0.9, 1.0, 1.3, 2.0, 10.0, 1000.0)
DESIGN = """sysdesign: 1
problem: {name: Orders, why: Orders are read., actors: {reader: {primary: true, wants: an order}}}
conventions: {network: none}
operations:
  get:
    api: GET /orders
    actor: reader
    rate: RATE
    peak: 1
    path: [web: [db: {do: read, timeout: 100 ms, retries: {count: 3, backoff: 0 s}}]]
requirements:
  quality:
    grows: {class: scale, expect: carries >= BOUND}
components:
  web: {kind: service, replicas: 100, cores: 8, work: 1 ms}
  db: {kind: sql_database, replicas: 1, cores: 10, work: {read: 10 ms}}
"""


def tight(timeout_s: float = 1.5, retries: int = 3, rate: float = 6.0) -> Network:
    """A station whose retries end the good state before it is full."""
    guard = Attempts(timeout_s=timeout_s, retry=Retry(retries))
    return network(station("a", servers=10.0), op=(rate, Call("", "a", visit("a"), guard)))


@pytest.mark.parametrize(
    "timeout_s", [12.0, *(pytest.param(s, marks=pytest.mark.slow) for s in (1.2, 1.5, 2.0, 4.0))]
)
def test_the_load_carried_is_one_number(timeout_s: float):
    made = tight(timeout_s)
    whole = {load: analyze(made, load) for load in LOADS}
    first = whole[1.0]
    assert first.carries is not None
    for found in whole.values():
        assert found.carries == pytest.approx(first.carries, rel=1e-9)
        assert found.full_at == pytest.approx(first.full_at, rel=1e-9)
        assert found.metastable is not None
        assert first.metastable is not None
        assert found.metastable.safe_load == pytest.approx(first.metastable.safe_load, rel=1e-9)


@pytest.mark.parametrize("timeout_s", [1.2, 1.5, 2.0, 4.0, 12.0])
@pytest.mark.mostly_slow(5, first=4)
def test_up_to_the_load_carried_there_is_a_good_state_and_beyond_it_is_full(timeout_s: float):
    made = tight(timeout_s)
    carried = analyze(made).carries
    assert carried is not None
    assert _use(analyze(made, carried * 0.998)) <= 0.951
    assert _use(analyze(made, carried * 1.01)) > 0.95


@pytest.mark.slow
def test_a_network_of_other_rates_carries_the_same():
    """The peak of the file times ten carries a tenth of it."""
    one, ten = analyze(tight(rate=6.0)).carries, analyze(tight(rate=60.0)).carries
    assert one is not None
    assert ten == pytest.approx(one / 10, rel=1e-9)


def test_it_recovers_up_to_the_load_at_which_all_attempts_fit():
    found = analyze(tight(timeout_s=4.0, retries=2, rate=7.0))
    assert found.metastable is not None
    assert found.metastable.safe_load == pytest.approx(10 / (3 * 7), rel=1e-9)
    assert found.metastable.good_until == found.carries


def test_a_breaker_and_no_time_limit_keep_nothing_down():
    retry = Retry(3)
    breaks = Attempts(timeout_s=4.0, retry=retry, breaker=Breaker())
    for guard in (breaks, Attempts(retry=retry)):
        made = network(station("a", servers=10.0), op=(6.0, Call("", "a", visit("a"), guard)))
        assert analyze(made).metastable is None


def test_only_calls_that_wait_for_what_is_down_are_made_again():
    """Two stations of their own: retries of one do not keep the other down."""
    guard = Attempts(timeout_s=4.0, retry=Retry(3))
    parts = (Call("", "a", visit("a"), guard), Call("", "b", visit("b"), guard))
    made = network(
        station("a", servers=10.0), station("b", servers=40.0), op=(6.0, Sequence(parts))
    )
    found = analyze(made)
    assert found.metastable is not None
    assert found.metastable.stations == ("a",)
    assert stuck_stations(analyze(made, 0.2).state) == {}


def test_a_hot_shard_is_kept_down_by_its_own_calls():
    guard = Attempts(timeout_s=4.0, retry=Retry(1))
    made = network(
        station("a", servers=10.0, shards=4.0, hottest=0.4, policy=Policy.RANDOM),
        op=(15.0, Call("", "a", visit("a"), guard)),
    )
    found = analyze(made)
    assert found.metastable is not None
    assert found.metastable.safe_load == pytest.approx(10 / (2 * 0.4 * 15), rel=1e-9)


@pytest.mark.parametrize(
    ("load", "says"), [("0.1x", "At this load it does."), ("0.5x", "Metastable: above 0.167x"),
                       ("1x", "Retries have brought db down")],
)  # fmt: skip
def test_it_is_said_at_every_load(load: str, says: str):
    from sysdesign.study.words import metastable_told

    text = DESIGN.replace("RATE", "1500 req/s").replace("BOUND", "0.6x")
    study = open_text(text, load=load).study
    assert says in metastable_told(study)
    assert (study.analysis.carries or 0) * study.load == pytest.approx(0.6274, abs=1e-4)


@pytest.mark.parametrize(
    ("bound", "verdict"), [("0.1x", "holds"), ("0.5x", "not known"), ("0.7x", "fails")]
)
def test_a_load_that_a_burst_takes_away_is_not_known(bound: str, verdict: str):
    review = open_text(DESIGN.replace("RATE", "1500 req/s").replace("BOUND", bound)).review
    (found,) = [one for one in review.statements if one.element == "grows"]
    assert found.verdict.value.replace("_", " ") == verdict


def test_the_chance_to_carry_the_peak_counts_retries():
    """Without them it would be carried nine times of ten."""
    text = DESIGN.replace("RATE", "700 .. 900 req/s").replace("BOUND", "1x")
    known = open_text(text.replace("700 .. 900", "800")).study.analysis.carries
    from sysdesign.study import carried_probability

    tight = text.replace("100 ms", "25 ms")
    assert (known or 0) > 1
    assert (open_text(tight.replace("700 .. 900", "800")).study.analysis.carries or 2) < 1
    chance = carried_probability(open_text(tight).study)
    assert chance is not None
    assert chance < 0.5


def _use(found: Analysis) -> float:
    return found.stations["a"].utilisation or 0.0
