"""The examples are read, hold what they say, and agree with sums made by hand."""

import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from sysdesign.design.design import Design
from sysdesign.design.shape import keys_of
from sysdesign.estimate import estimate
from sysdesign.read import read
from sysdesign.source import Severity
from sysdesign.workbench import Workbench, open_design, read_source
from tests.markdown import ROOT
from tests.running import answer

FOLDER = ROOT / "examples"
COPIES = ROOT / "src" / "sysdesign" / "examples"
NAMES = ("one_million_users", "retry_storm", "start", "twitter", "url_shortener")
GRAVE = (Severity.BLOCKER, Severity.MAJOR)
DAY = 86_400.0


@cache
def opened(name: str) -> Workbench:
    """An example, opened once."""
    return open_design(str(FOLDER / f"{name}.yaml"))


def value(name: str, figure: str) -> float:
    """Median of a figure of an example, in base units (B, s, req)."""
    return float(opened(name).figures[figure].median)


# -- all of them ---------------------------------------------------------------------------------


def test_these_are_the_examples() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_ships_as_it_stands(name: str) -> None:
    assert (COPIES / f"{name}.yaml").read_bytes() == (FOLDER / f"{name}.yaml").read_bytes()


def test_nothing_else_ships_as_an_example() -> None:
    assert sorted(path.stem for path in COPIES.glob("*.yaml")) == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_starts_with_the_hint_for_editors(name: str) -> None:
    first = (FOLDER / f"{name}.yaml").read_text("utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=sysdesign.schema.json"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_weight_fails_in_an_example(name: str) -> None:
    grave = [f"{f.id}: {f.message}" for f in opened(name).review.failed if f.severity in GRAVE]
    assert grave == []


@pytest.mark.parametrize("name", NAMES)
def test_an_example_leaves_no_question_open(name: str) -> None:
    assert [f"{f.id}: {f.message}" for f in opened(name).review.questions] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_statement_of_an_example_is_broken(name: str) -> None:
    broken = [f.message for f in opened(name).review.statements if f.verdict.value == "fails"]
    assert broken == []


@pytest.mark.parametrize("name", NAMES)
def test_an_example_waives_nothing_in_vain(name: str) -> None:
    assert opened(name).review.stale_waivers == ()


@pytest.mark.parametrize("name", NAMES)
def test_claims_agree_and_limits_hold(name: str) -> None:
    result = opened(name).study.estimate
    assert [claim.name for claim in result.claims if not claim.agrees] == []
    assert [limit.name for limit in result.limits if limit.exceeded > 0.1] == []


OPTIONS = [(name, decision, option) for name in NAMES
           for decision, said in opened(name).study.design.decisions.items()
           for option in said.options]  # fmt: skip


@pytest.mark.parametrize(("name", "decision", "option"), OPTIONS)
@pytest.mark.mostly_slow(4)
def test_an_option_can_be_run(name: str, decision: str, option: str) -> None:
    said = opened(name).study.design.decisions[decision]
    change = said.options[option].change
    if option == said.chosen:
        assert change is None
        return
    if change is None:
        return
    reading = read(read_source(str(FOLDER / f"{name}.yaml")), [change])
    assert reading.problems == ()
    assert estimate(reading.design, reading.units).problems == ()


# -- the envelope of the nine steps --------------------------------------------------------------

USERS, REQUESTS, BYTES = 1_000_000, 10, 1_000


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("system.rate", USERS * REQUESTS / DAY),                        # 115.74 req/s
        ("log_activity.rate", USERS * REQUESTS / DAY),
        ("log_activity.peak_rate", 2 * USERS * REQUESTS / DAY),
        ("system.ingress", USERS * REQUESTS * BYTES / DAY),             # 0.9259 Mbit/s
        ("system.egress", USERS * REQUESTS * BYTES / DAY),
        ("activity.records_a_day", USERS * REQUESTS / DAY),
        ("activity.stored_a_day", USERS * REQUESTS * BYTES),            # 10 GB
        ("requests_a_day", USERS * REQUESTS / DAY),
        ("stored_a_day", USERS * REQUESTS * BYTES / DAY),
        ("moved_a_day", USERS * REQUESTS * BYTES / DAY),
        ("bandwidth", USERS * REQUESTS * BYTES / DAY),
    ],
)  # fmt: skip
def test_the_envelope_of_a_million_users(figure: str, expected: float) -> None:
    assert value("one_million_users", figure) == pytest.approx(expected, rel=1e-9)


def test_the_envelope_reads_as_it_is_said() -> None:
    bench = opened("one_million_users")
    assert bench.figures["requests_a_day"].shown == "10M req/day"
    assert bench.figures["stored_a_day"].shown == "10 GB/day"
    assert value("one_million_users", "bandwidth") * 8 / 1e6 == pytest.approx(0.925925925926)
    assert {claim.name: claim.ratio for claim in bench.study.estimate.claims} == pytest.approx(
        {"requests_a_day": 1, "stored_a_day": 1, "moved_a_day": 1, "bandwidth": 0.93 / 0.925925926}
    )


# -- Twitter, by hand ----------------------------------------------------------------------------

TWITTER: dict[str, Any] = yaml.load(
    (FOLDER / "twitter.yaml").read_text("utf-8"),
    Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),
)
SIGN = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


def number(text: str) -> float:
    """`180M`, `10%`, `150` or `1.3x` as a number; what follows a blank is its unit."""
    word = str(text).split()[0]
    if word.endswith("%"):
        return float(word[:-1]) / 100
    if word.endswith("x"):
        return float(word[:-1])
    return float(word[:-1]) * SIGN[word[-1]] if word[-1] in SIGN else float(word)


def middle(name: str) -> float:
    """Median of an assumption: the geometric mean of the ends of its range."""
    low, dots, high = str(TWITTER["assumptions"][name]["value"]).partition(" .. ")
    return math.sqrt(number(low) * number(high)) if dots else number(low)


def days_kept() -> float:
    """Days of today's writes there are at the horizon, when they grow and nothing is old enough
    to go: the integral of growth**t over the years.
    """
    growth = number(TWITTER["problem"]["growth"]["a_year"])
    years = number(TWITTER["problem"]["horizon"])
    return 365 * (math.pow(growth, years) - 1) / math.log(growth)


POSTS_A_DAY = middle("daily_users") * middle("posts")
OPENS_A_DAY = middle("daily_users") * middle("opens")
PEAK = number(TWITTER["conventions"]["peak"])


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("home_timeline.rate", OPENS_A_DAY / DAY),
        ("home_timeline.peak_rate", PEAK * OPENS_A_DAY / DAY),
        ("post_tweet.rate", POSTS_A_DAY / DAY),
        ("post_tweet.peak_rate", PEAK * POSTS_A_DAY / DAY),
        ("fan_out.peak_rate", PEAK * POSTS_A_DAY / DAY),
        ("view_photo.rate", OPENS_A_DAY * middle("photos_seen") / DAY),
        ("upload_photo.rate", POSTS_A_DAY * middle("photo_share") / DAY),
        ("delete_tweet.rate", POSTS_A_DAY * middle("regretted") / DAY),
        ("take_down.rate", middle("moderators") / middle("thinking")),
        ("count_likes.rate", middle("daily_users") * middle("liked") / DAY),
        ("home_timeline.egress", OPENS_A_DAY * 40e3 / DAY),
        ("fan_out_writes", PEAK * POSTS_A_DAY / DAY * middle("followers")),
        ("reads_a_post", middle("opens") / middle("posts")),
        ("timeline.stored", middle("recent_users") * 800 * 8),
        ("timeline_memory", middle("recent_users") * 800 * 8),
        ("tweet.stored_a_day", POSTS_A_DAY * 300),
        ("photo.stored_a_day", POSTS_A_DAY * middle("photo_share") * 1.5e6),
        ("tweet.stored", POSTS_A_DAY * 300 * days_kept()),
        ("photo.stored", POSTS_A_DAY * middle("photo_share") * 1.5e6 * days_kept()),
        # Six copies with half as much again to compact; ten parts become fourteen.
        ("tweets.stored", POSTS_A_DAY * 300 * days_kept() * 1.5 * 6),
        ("photos.stored", POSTS_A_DAY * middle("photo_share") * 1.5e6 * days_kept() * 1.4),
    ],
)  # fmt: skip
def test_the_numbers_of_twitter(figure: str, expected: float) -> None:
    assert value("twitter", figure) == pytest.approx(expected, rel=1e-9)


def test_the_day_of_twitter_averages_one_and_stays_below_its_peak() -> None:
    hours = TWITTER["operations"]["home_timeline"]["shape"]["hours"]
    assert len(hours) == 24
    assert math.fsum(hours) == pytest.approx(24)
    assert max(hours) < PEAK


# Median calls or items at peak and seconds of work of each, by hand from the paths.
HOME, POST = PEAK * OPENS_A_DAY / DAY, PEAK * POSTS_A_DAY / DAY
LIKE = PEAK * middle("daily_users") * middle("liked") / DAY
UPLOAD = POST * middle("photo_share")
BUSY = {
    "timeline_service": HOME * 6e-3,
    "tweet_service": POST * 5e-3 + LIKE * 2e-3,
    "photo_service": UPLOAD * 180e-3,
    "user_service": HOME * 20 * 0.02 * 1e-3,
    "api_gateway": (HOME + POST + LIKE + UPLOAD) * 0.8e-3,
    "counter_worker": LIKE * 0.3e-3,
    "fan_out_worker": POST * 4e-3,
}


@pytest.mark.parametrize("name", BUSY)
def test_one_region_of_twitter_alone_carries_the_peak(name: str) -> None:
    part = TWITTER["components"][name]
    for place in ("eu", "us"):
        assert BUSY[name] < 0.7 * part["replicas"][place] * part["cores"]


def disks(name: str) -> float:
    """Bytes of the disks of a store, all together, to the planned fill."""
    part = TWITTER["components"][name]
    copies = math.fsum(part["copies"]["count"].values())
    return 0.7 * int(part["shards"]["count"]) * copies * number(part["disk"]) * 1e12


@pytest.mark.parametrize("name", ["tweets", "likes", "graph", "accounts"])
def test_the_disks_of_twitter_hold_the_horizon(name: str) -> None:
    assert value("twitter", f"{name}.stored") < disks(name)


@pytest.mark.parametrize("name", ["session_cache", "timeline_cache", "user_cache"])
def test_the_memory_of_twitter_holds_what_its_hits_need(name: str) -> None:
    part = TWITTER["components"][name]
    shards = part["shards"]["count"]
    one_copy = 0.7 * shards * number(part["memory"]) * 1e9
    figures = opened("twitter").figures
    if name == "timeline_cache":  # it is the store of timelines, so it holds them all
        needed = figures["timeline.stored"].median * number(part["overhead"])
    else:
        needed = figures[f"{name}.memory_needed"].median * 1.3  # an entry takes more than its bytes
    assert needed < one_copy


def test_every_section_of_the_format_is_filled_in_twitter() -> None:
    assert set(keys_of(Design)) - set(TWITTER) == set()


# -- the start -----------------------------------------------------------------------------------


def test_a_new_design_passes(tmp_path: Path) -> None:
    code, _ = answer("new", "corner shop", cwd=tmp_path)
    assert code == 0
    text = (tmp_path / "corner shop.yaml").read_text("utf-8")
    assert "  name: Corner shop\n" in text
    assert "Small shop" not in text
    code, out = answer("check", "corner shop.yaml", cwd=tmp_path)
    assert code == 0, out
