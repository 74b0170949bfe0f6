"""A small result of a simulation, written by hand."""

from sysdesign.simulate.result import (
    OperationRun,
    OperationSeries,
    Series,
    Simulated,
    State,
    StationRun,
    StationSeries,
    Times,
)
from sysdesign.simulate.statistics import Estimate


def times(mean=0.01, p99=0.05):
    each = [Estimate(mean * f, mean * f * 0.98, mean * f * 1.02) for f in (1, 0.8, 2, 3)]
    return Times(each[0], each[1], each[2], each[3], Estimate(p99, p99 * 0.97, p99 * 1.03),
                 Estimate(2 * p99))  # fmt: skip


def simulated(scenario="", **more):
    series = Series(
        1.0, (590.0, 591.0, 600.0),
        {"go": OperationSeries((100.0, 110.0, 100.0), (100.0, 100.0, 90.0), (0.0, 0.0, 0.1),
                               (0.01, 0.01, None), (0.008, 0.008, None), (0.03, 0.03, None),
                               (0.05, 0.06, None), (0.04, 0.05, None), (0.06, 0.07, None))},
        {"web": StationSeries((0.5, 0.6, 0.9), (0.1, 0.2, 3.0), (3.0, 3.0, 2.0))},
        {"jobs": (0.0, 5.0, 9.0)},
    )  # fmt: skip
    go = OperationRun("go", 100.0, 310, 290, 10, 4, 6, 0, 3, 10, Estimate(10 / 300, 0.01, 0.05),
                      Estimate(0.0, 0.0, 0.01), times(), True)  # fmt: skip
    web = StationRun("web", "web", 100.0, Estimate(0.6, 0.58, 0.62), Estimate(0.4, 0.3, 0.5),
                     0.004, 7.0, 0.0, 0.0, 3.0)  # fmt: skip
    usual = {
        "scenario": scenario, "seed": 1, "replications": 10, "warm_up_s": 5.0, "measured_s": 60.0,
        "precision": (0.01, 0.03), "state": State("steady"), "operations": {"go": go},
        "stations": {"web": web}, "queues": {}, "pairs": (), "hits": {}, "series": series,
    }  # fmt: skip
    return Simulated(**{**usual, **more})
