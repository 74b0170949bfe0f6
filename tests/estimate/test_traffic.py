"""Bytes over the edge, connections, calls in flight, against arithmetic by hand."""

import pytest

from sysdesign.workbench import open_text
from tests.estimate.working import bench, medians, near

ACTORS = "problem: {actors: {person: {}}}\n"


def test_bytes_in_and_out_with_pushes() -> None:
    found = medians(ACTORS + """
operations:
  send: {rate: 100 req/s, peak: 3, request: 2 kB, response: 100 B, path: [web: [q]]}
  tell: {trigger: q, path: [work: [{person: {request: 500 B, times: 8}}]]}
  show: {rate: 10 req/s, response: {mean: 40 kB, p99: 90 kB}, path: [web: [person: {of: note}]]}
data: {note: {store: db, size: 3 kB}}
""")  # fmt: skip
    assert found["send.ingress"] == near(200e3)
    assert found["send.peak_egress"] == near(30e3)
    assert found["tell.egress"] == near(100 * 8 * 500)
    assert found["tell.peak_egress"] == near(300 * 8 * 500)
    assert found["show.egress"] == near(10 * (40e3 + 3e3))
    assert found["system.ingress"] == near(200e3)
    assert found["system.egress"] == near(10e3 + 400e3 + 430e3)
    assert "tell.ingress" not in found


def test_what_is_not_stated_counts_nothing_and_is_said() -> None:
    open_bench = bench(ACTORS + """
operations: {a: {rate: 1 req/s, request: 1 kB, path: [web: [person]]}}
""")  # fmt: skip
    figure = open_bench.figures["system.egress"]
    assert figure.median == 0
    assert figure.defaults == ("0 B a call, not stated: a, push of a",)


@pytest.mark.parametrize(
    ("path", "ms"),
    [
        ("[web]", 5),
        ("[web: [more, last]]", 5 + 7 + 11),
        ("[web: {calls: [more]}, last]", 5 + 7 + 11),
        ("[web: [parallel: [more, last]]]", 5 + 11),
        ("[web: [parallel: {wait: any, calls: [more, last]}]]", 5 + 7),
        ("[parallel: {wait: 2, calls: [web, more, last]}]", 7),
        ("[parallel: {wait: all, calls: [web: [more], last]}]", 12),
        ("[choose: [{share: 25%, calls: [web]}, {share: 35%, calls: [more]}, [last]]]",
         0.25 * 5 + 0.35 * 7 + 0.4 * 11),
        ("[choose: [[last], {share: 30%, calls: [web]}]]", 0.7 * 11 + 0.3 * 5),
        ("[choose: [{share: 10%, calls: [web]}]]", 0.1 * 5),
        ("[hot: {do: read, miss: [db: {do: read}]}]", 0.5 + 0.2 * 4),
        ("[hot: {do: read, hit: 50%, miss: [db]}]", 0.5 + 0.5 * 4),
        ("[db: {do: write}]", 6),
        ("[db: {do: write_more}]", 6),
        ("[db: {do: read, work: 9 ms}]", 9),
        ("[db: {do: read, work: {read: 8 ms}}]", 8),
        ("[db: {do: read, times: 10}]", 40),
        ("[db: {do: read, times: 10, at_once: 5}]", 8),
        ("[db: {do: read, times: 10, at_once: 50}]", 4),
        ("[db: {do: read, times: 0.3, at_once: 5}]", 0.3 * 4),
        ("[db: {do: read, times: {mean: 10, p99: 80}}]", 40),
        ("[more: {times: 4, calls: [last]}]", 4 * (7 + 11)),
        ("[more: {times: 4, at_once: 2, calls: [last]}]", 2 * (7 + 11)),
        ("[more: {times: 4, batch: 2, calls: [last]}]", 4 * 7 + 2 * 11),
        ("[hot: {do: read, times: 20, miss: [db]}]", 20 * (0.5 + 0.2 * 4)),
        ("[web: {async: true}, more]", 7),
        ("[web: [q]]", 5),
        ("[web: {fallback: [more]}]", 5),
        ("[lb, web]", 1 + 5),
        ("[lb, web, more]", 1 + 5 + 1 + 7),
        ("[lb, gw, web]", 1 + 2 + 5),
        ("[edge, db]", 3 + 0.1 * 4),
        ("[edge: {hit: 40%}, db]", 3 + 0.6 * 4),
        ("[edge: {times: 5}, db]", 5 * (3 + 0.1 * 4)),
        ("[edge: {times: 5, at_once: 5}, db]", 3 + 0.1 * 4),
        ("[edge, lb, web]", 3 + 0.1 * (1 + 5)),
        ("[edge, edge2, db]", 3 + 0.1 * (2 + 0.5 * 4)),
        ("[front, db]", 3 + 0.1 * 4),
        ("[edge, front]", 3 + 3),
    ],
)  # fmt: skip
def test_own_time_of_a_call(path: str, ms: float) -> None:
    body = f"paths: {{front: [edge]}}\noperations: {{a: {{rate: 40 req/s, peak: 2, path: {path}}}}}"
    found = medians(body, "  edge2: {kind: cdn, hit: 50%, work: 2 ms}")
    assert found["a.own_time"] == near(ms / 1000)
    assert found["a.in_flight"] == near(80 * ms / 1000)


@pytest.mark.parametrize(
    "path",
    [
        "[lb, web: [hot: {do: read, times: 3, miss: [db]}, db: {do: write}], more]",
        "[edge: {times: 4}, lb, web, more: {times: 2, calls: [last: {times: 3}]}]",
        "[web: [choose: [{share: 20%, calls: [more]}, [last, hot: {miss: [db: {times: 2}]}]]]]",
        "[front, front, web: [more: {times: 6, batch: 3, calls: [front, last]}]]",
    ],
)
def test_a_sequence_takes_as_long_as_all_its_visits_work(path: str) -> None:
    body = f"paths: {{front: [gw, more]}}\noperations: {{a: {{rate: 1 req/s, path: {path}}}}}"
    found = medians(body)
    work = {"lb": 1, "gw": 2, "web": 5, "more": 7, "last": 11, "hot": 0.5, "edge": 3}
    reads, writes = found.get("db.rate", 0.0), float("do: write" in path)
    busy = sum(ms * found.get(f"{part}.rate", 0.0) for part, ms in work.items())
    assert found["a.own_time"] == near((busy + 4 * (reads - writes) + 6 * writes) / 1000)


def test_work_taken_from_the_kind_is_said() -> None:
    figures = bench(
        "operations: {a: {rate: 1 req/s, path: [plain]}}", "  plain: {kind: service}"
    ).figures
    assert any(said.startswith("plain.work = ") for said in figures["a.own_time"].defaults)


def test_calls_of_all_actors_in_flight() -> None:
    found = medians("""
operations:
  a: {rate: 100 req/s, peak: 3, path: [web: [q]]}
  b: {rate: 10 req/s, path: [more]}
  c: {trigger: q, path: [work]}
""")
    assert found["system.in_flight"] == near(300 * 0.005 + 10 * 0.007)
    assert found["c.in_flight"] == near(300 * 0.020)


def test_a_push_without_a_rate_leaves_the_edge_open() -> None:
    """Nobody calls, and nothing is known of what is pushed: no sum of nothing."""
    text = """\
sysdesign: 1
problem: {name: Push, actors: {shopper: {primary: true}}}
operations: {tell: {path: [web: [shopper]]}}
components: {web: {kind: service}}
"""
    figures = open_text(text).figures
    assert "system.ingress" not in figures
    assert "system.egress" not in figures
