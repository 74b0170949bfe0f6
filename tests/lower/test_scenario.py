"""Scenarios of a file as changes of its network: which instances, from when to when, what is said."""

from math import inf

import pytest

from sysdesign.lower import lower
from sysdesign.lower.scenario import merged, staged
from sysdesign.network.scenario import (
    Cold,
    Cut,
    Deploy,
    Detour,
    Disconnect,
    Down,
    Errors,
    Hot,
    Load,
    Slow,
    Stop,
)
from sysdesign.network.standing import Standing
from sysdesign.source import UnusableError
from sysdesign.study.numbers import Medians
from sysdesign.workbench import study_text

DESIGN = """\
sysdesign: 1
problem: {name: Shop, why: People buy., actors: {buyer: {from: {eu: 60%, us: 40%}}}}
places:
  eu: {zones: [eu-a, eu-b, eu-c], like: west_europe}
  us: {zones: [us-a, us-b, us-c], like: east_us}
operations:
  buy: {actor: buyer, api: POST /orders, rate: 100 req/s, peak: 2, path: [web: [orders: {do: write}, jobs]],
        shape: {hours: [1x, 1x, 1x, 1x, 1x, 1x, 1x, 1x, 1x, 1x, 1x, 1x, 2x, 1x, 1x, 1x, 1x, 1x, 1x, 1x, 1x, 1x, 1x, 1x]}}
  mail: {trigger: jobs, path: [mailer]}
data: {order: {store: orders, size: 1 kB, written_by: buy}}
components:
  web: {kind: service, replicas: {eu: 6, us: 3}, work: 2 ms, failover: 30 s}
  orders: {kind: sql_database, shards: {count: 4, by: order.id}, copies: {count: {eu: 3, us: 3}, mode: leader, across: none}}
  jobs: {kind: queue}
  mailer: {kind: worker, replicas: 4}
maintenance: {deploy: {web: {how: canary, at_once: 100%, drain: 30 s}}}
scenarios:
  one: {SAID}
"""


def lowered(said, **more):
    study = study_text(DESIGN.replace("{SAID}", said))
    numbers = Medians(study.estimate)
    return staged(study.design, numbers, study.network, "one",
                  lambda gone: lower(study.design, numbers, gone), **more)  # fmt: skip


def changes(said, kind):
    return [c for c in lowered(said).scenario.changes if isinstance(c, kind)]


def test_a_zone_takes_a_third_of_everything_that_stands_in_it():
    down = {c.station: c for c in changes("{fail: eu-a, at: 10 min, for: 10 min}", Down)}
    assert (down["web@eu"].at_s, down["web@eu"].until_s) == (600.0, 1200.0)
    assert down["web@eu"].instances == (0, 3)
    assert not [name for name in down if name.endswith("@us")]
    # four shards with one leader and two followers each: no zone has two copies of one shard
    assert down["orders@eu"].instances == (0, 3)
    followers = down["orders.followers@eu"].instances
    assert [i // 2 for i in followers] == [1, 2]


def test_every_instance_stands_in_just_one_zone():
    study = study_text(DESIGN.replace("{SAID}", "{load: 2x}"))
    standing = Standing(study.network)
    for name in ("orders@eu", "orders.followers@eu", "web@eu"):
        found = [standing.zone(zone).get(name, ()) for zone in ("eu-a", "eu-b", "eu-c")]
        assert sorted(i for one in found for i in one) == list(range(standing.count(name)))


def test_a_lost_place_is_down_cut_off_and_gone_around():
    found = lowered("{fail: us, at: 1 min, for: 10 min}").scenario.changes
    assert {c.station for c in found if isinstance(c, Down)} >= {"web@us", "orders@us"}
    assert all(c.instances is None for c in found if isinstance(c, Down))
    assert Cut(60.0, 660.0, "", "us", True) in found
    (detour,) = (c for c in found if isinstance(c, Detour))
    assert (detour.at_s, detour.until_s) == (90.0, 660.0)
    assert {(f.operation, f.origin) for f in detour.flows} >= {("buy", "us")}


@pytest.mark.parametrize(("said", "expected"), [
    ("{fail: {web: 1}, at: 1 min}", [Down(60.0, inf, "web@eu", (0,))]),
    ("{fail: {web: 50%}}", [Down(0.0, inf, "web@eu", (0, 1, 2)), Down(0.0, inf, "web@us", (0, 1))]),
    ("{fail: {web: 100%}}", [Down(0.0, inf, "web@eu"), Down(0.0, inf, "web@us")]),
    ("{fail: {web: 7}}", [Down(0.0, inf, "web@eu"), Down(0.0, inf, "web@us", (0,))]),
    ("{fail: web -> orders, for: 5 s}", [Cut(0.0, 5.0, "web", "orders")]),
    ("{fail: eu <-> us}", [Cut(0.0, inf, "eu", "us", True)]),
    ("{slow: {web: 20x}}", [Slow(0.0, inf, "web@eu", 20.0), Slow(0.0, inf, "web@us", 20.0)]),
    ("{slow: {web -> orders: 3x}}", [Slow(0.0, inf, "", 3.0, ("web", "orders"))]),
    ("{errors: {buyer -> web: 2%}}", [Errors(0.0, inf, "", 0.02, ("", "web"))]),
    ("{hot: {order.id: 5%}}", [Hot(0.0, inf, "orders@eu", 0.05), Hot(0.0, inf, "orders.followers@eu", 0.05),
                               Hot(0.0, inf, "orders@us", 0.05), Hot(0.0, inf, "orders.followers@us", 0.05)]),
    ("{stop: mailer, at: 1 s, for: 2 s}", [Stop(1.0, 3.0, "mailer")]),
    ("{disconnect: {web: 30%}, at: 1 s}", [Disconnect(1.0, "web", 0.3)]),
    ("{cold: web}", [Cold(0.0, "web")]),
    ("{deploy: web, at: 5 s}", [Deploy(5.0, "web", "canary", inf, 30.0)]),
    ("{deploy: mailer}", [Deploy(0.0, "mailer", "rolling", 1.0, 0.0)]),
    ("{load: {buy: 3x}, for: 2 s}", [Load(0.0, 2.0, 3.0, "buy")]),
    ("{base: average}", [Load(0.0, inf, 0.5, "buy")]),
    ("{steps: [{load: 2x, at: 4 s}, {cold: web, at: 1 s}]}", [Cold(1.0, "web"), Load(4.0, inf, 2.0)]),
])  # fmt: skip
def test_each_word_of_a_scenario_becomes_what_it_means(said, expected):
    assert list(lowered(said).scenario.changes) == expected


def test_a_day_follows_its_hours_and_begins_again():
    found = lowered("{base: shape, run: 36 h}").scenario
    assert found.run_s == 36 * 3600
    assert len(found.changes) == 36
    assert [c.at_s / 3600 for c in found.changes if c.factor == 1.0] == [12.0]
    assert found.changes[24].factor == found.changes[0].factor == 0.5


def test_what_is_left_out_or_taken_is_said():
    assert any("loses its data" in note for note in lowered("{lose: orders}").notes)
    assert any("not stated" in note for note in lowered("{deploy: mailer}").notes)
    assert any("change" in note for note in lowered("{change: {components.web.cores: 2}}").notes)
    for said in ("fail: mailer -> web", "slow: {mailer -> web: 3x}", "errors: {mailer -> web: 1%}"):
        (note,) = [one for one in lowered(f"{{{said}}}").notes if "mailer -> web" in one]
        assert "no operation makes such a call" in note
    assert not any("such a call" in note for note in lowered("{fail: any -> web}").notes)


@pytest.mark.parametrize(("said", "words"), [
    ("{}", "nothing happens"),
    ("{steps: []}", "nothing happens"),
    ("{fail: {web: 10}}", "cannot fail"),
    ("{fail: {web: 0}}", "cannot fail"),
    ("{slow: {web: 0x}}", "as slow"),
    ("{slow: {eu-a: 3x}}", "nothing less"),
    ("{errors: {eu <-> us: 3%}}", "nothing less"),
    ("{fail: web, for: 0 s}", "ends when it starts"),
    ("{fail: web, at: 5 min, run: 5 min}", "over before"),
])  # fmt: skip
def test_what_cannot_be_done_is_said_at_its_place(said, words):
    with pytest.raises(UnusableError) as trouble:
        lowered(said)
    (problem,) = trouble.value.problems
    assert words in problem.message
    assert problem.span.line == 18


def test_two_scenarios_at_once_are_both():
    both = merged("both", [lowered("{fail: {web: 1}, at: 9 s}"), lowered("{load: 2x, run: 50 s}")])
    assert [type(c) for c in both.scenario.changes] == [Load, Down]
    assert both.scenario.run_s == 50.0
    assert len(both.times) == 2
