"""Items of a call in batches: one round trip a batch, work of each item, by hand and by three engines."""

from __future__ import annotations

from math import sqrt
from statistics import fmean, stdev

import pytest

from sysdesign.network import Call, expected
from sysdesign.workbench import study_text
from tests.simulate.kernel_runs import runs
from tests.simulate.oracle import simulate

T_999 = 4.781
"""Two-sided 99.9% of Student's t with 9 degrees of freedom."""

DESIGN = """\
sysdesign: 1
problem: {name: Items, why: Twenty round trips are slower than one., actors: {reader: {from: eu}}}
places: {eu: {zones: [eu-a]}, us: {zones: [us-a]}}
operations:
  read: {actor: reader, api: GET /, rate: 1 req/s, peak: 1, path: [app: [STEP]]}
  send: {actor: reader, api: POST /, rate: 1 req/s, peak: 1, path: [app: [mail: {WORDS}]]}
  take: {trigger: mail, path: [taker]}
components:
  app: {kind: service, in: eu, work: {mean: 1 ms, distribution: constant}}
  cache: {kind: cache, in: us, work: {mean: 1 ms, distribution: constant}, hit: 100%}
  store: {kind: key_value_store, in: us, work: {mean: 1 ms, distribution: constant}}
  mail: {kind: queue, in: eu, work: {mean: 1 ms, distribution: constant}}
  taker: {kind: worker, in: eu, replicas: 4, work: {mean: 1 ms, distribution: constant}}
links:
  eu <-> us: {rtt: 5 ms}
"""
BY_HAND = {
    "times: 30": (30, 30),
    "times: 30, batch: 30": (1, 30),
    "times: 30, batch: 20": (2, 30),
    "times: 30, batch: 10, at_once: 3": (1, 30),
    "times: 30, batch: 100": (1, 30),
}
"""Round trips of 5 ms after each other, and pieces of work at the one server that there is."""


def study(step: str, words: str):
    return study_text(DESIGN.replace("STEP", f"{step}: {{{words}}}").replace("WORDS", words))


@pytest.mark.parametrize(
    ("step", "words"),
    [("cache", "times: 30"), *(("store", words) for words in list(BY_HAND)[1:]),
     ("cache", "times: 30, batch: 20")],
)  # fmt: skip
@pytest.mark.mostly_slow(3)
def test_a_batch_is_one_round_trip_and_work_for_each_item(step, words):
    """By hand: own work, trips, work. A call in a thousand finds another one there."""
    found = study(step, words)
    trips, items = BY_HAND[words]
    by_hand = 0.001 + trips * 0.005 + items * 0.001
    assert found.analysis.operations["read"].times.mean_s == pytest.approx(by_hand, rel=0.05)
    kernel = [run.operation("read") for run in runs(found.network, 200.0, 10.0, 1)]
    assert fmean(one.seconds / one.completed for one in kernel) == pytest.approx(by_hand, rel=0.05)
    judge = simulate(found.network, 60.0, 5.0, 1).operations["read"]
    assert judge.mean_s == pytest.approx(by_hand, rel=0.05)


@pytest.mark.parametrize("words", BY_HAND)
def test_each_item_sent_in_a_batch_is_a_message(words):
    found = study("store", words)
    (one,) = runs(found.network, 100.0, 0.0, 1)
    taken = next(flow for flow in one.flows if flow.operation == "take")
    sent = next(flow for flow in one.flows if flow.operation == "send")
    assert taken.handed == 30 * sent.completed


@pytest.mark.slow
@pytest.mark.parametrize("words", list(BY_HAND)[:3])
def test_kernel_and_oracle_agree_on_batches_under_load(words):
    """At 60% of the one server: calls of a batch wait for those of others, and for each other."""
    text = DESIGN.replace("rate: 1 req/s", "rate: 20 req/s", 1)
    text = text.replace("STEP", f"store: {{{words}}}").replace("WORDS", words)
    network = study_text(text).network
    kernel = [run.operation("read") for run in runs(network, 300.0, 5.0, 10)]
    judge = [simulate(network, 50.0, 5.0, seed).operations["read"] for seed in range(10)]
    one, other = [k.seconds / k.completed for k in kernel], [j.mean_s for j in judge]
    half = T_999 * sqrt((stdev(one) ** 2 + stdev(other) ** 2) / 10)
    assert abs(fmean(one) - fmean(other)) <= half
    assert half <= 0.2 * fmean(one)


SAME = """\
sysdesign: 1
problem: {name: Same, why: A bill counts the calls that are made., actors: {reader: {}}}
operations:
  read: {actor: reader, api: GET /, rate: 20 req/s, peak: 1, path: [app: [store: {WORDS}]]}
components:
  app: {kind: service, cores: 50, work: {mean: 1 ms, distribution: constant}}
  store: {kind: key_value_store, managed: true, work: 1 ms, price: {call: 1 USD/req}}
  deep: {kind: key_value_store, managed: true, work: 1 ms, price: {call: 1 USD/req}}
"""
CALLS = {
    "times: 30, batch: 20": 2.0,
    "times: 20.5, batch: 20": 1.5,
    "times: 0.3, batch: 20": 0.3,
    "batch: 20": 1.0,
    "times: {mean: 30, distribution: uniform, p99: 44.7}, batch: 20": 2 - 5.5 / 30 + 4.5 / 30,
    "times: {mean: 60, distribution: exponential}, batch: 20": 3.4985,  # 60 (1 - e^-1/60) / (1 - e^-1/3)
}


@pytest.mark.parametrize("words", CALLS)
@pytest.mark.mostly_slow(3)
def test_estimate_bill_network_and_simulator_count_the_same_calls(words):
    """By hand; what is drawn within 99.9% of its chance. What is called inside runs once a call."""
    found = study_text(SAME.replace("WORDS", f"{words}, calls: [deep]"))

    def figure(name):
        one = found.estimate.figure(name)
        assert one is not None
        return one.median

    bills = [figure(f"{name}.cost.calls") / 20 for name in ("store", "deep")]
    (flow,) = found.network.flows
    counts = [
        sum(count for node, count in expected(flow.root)
            if isinstance(node, Call) and node.target == name)
        for name in ("store", "deep")
    ]  # fmt: skip
    assert counts == pytest.approx([CALLS[words]] * 2, rel=1e-4)
    assert bills == pytest.approx(counts, rel=1e-6)
    assert figure("deep.peak_rate") == pytest.approx(20 * counts[1], rel=1e-6)
    made = [
        sum(pair.calls for pair in run.pairs if pair.target == "store") / run.operation("read").started
        for run in runs(found.network, 2000.0, 0.0, 10)
    ]  # fmt: skip
    half = T_999 * stdev(made) / sqrt(10)
    assert half <= 0.02 * counts[0]
    assert fmean(made) == pytest.approx(counts[0], abs=half + 1e-9)
