"""The series of a simulation are read by the reader of Prometheus, with the values they had."""

import math

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from sysdesign.export.openmetrics import openmetrics
from tests.simulate.samples import simulated


def parsed(text):
    return {family.name: family for family in text_string_to_metric_families(text)}


def test_every_series_is_read_back_with_its_values():
    run = simulated("zone_loss")
    families = parsed(openmetrics([run], start_s=1_700_000_000))
    assert {name: family.type for name, family in families.items()} == {
        "sysdesign_calls": "counter",
        "sysdesign_call_duration_seconds": "gauge",
        "sysdesign_station_utilisation_ratio": "gauge",
        "sysdesign_station_waiting_calls": "gauge",
        "sysdesign_station_instances": "gauge",
        "sysdesign_queue_backlog_messages": "gauge",
    }
    p99 = [s for s in families["sysdesign_call_duration_seconds"].samples
           if s.labels["quantile"] == "0.99"]  # fmt: skip
    series = run.series.operations["go"]
    assert [s.value for s in p99] == [v for v in series.p99_s if v is not None]
    assert float(p99[0].timestamp) == 1_700_000_000 + run.series.at_s[0] + 1.0
    calls = {s.labels["outcome"]: s.value for s in families["sysdesign_calls"].samples}
    assert calls["completed"] == sum(series.completed_per_s)
    assert math.isclose(calls["failed"], 10.0)


def test_two_runs_are_told_apart_and_odd_names_do_no_harm():
    text = openmetrics([simulated(), simulated('x"\\\n} 1')])
    samples = parsed(text)["sysdesign_station_instances"].samples
    assert {s.labels["scenario"] for s in samples} == {"steady", 'x"\\\n} 1'}
    assert text.endswith("# EOF\n")


def test_nothing_is_still_a_text():
    assert openmetrics([]) == "# EOF\n"
