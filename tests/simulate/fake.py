"""A stand-in for the engine: one M/M/1 queue by its recursion, counted as the engine counts."""

import numpy as np

from sysdesign.network import Call, Flow, Network, Spread, Station, Visit, expected
from sysdesign.network.scenario import Down, Load
from sysdesign.simulate.counts import Counts, OperationCounts, StationCounts

EDGES = np.concatenate([[0.0], 2.0 ** np.arange(-16, 14, 1 / 64)])
COARSE = EDGES[::4]


def one_queue(rate=80.0, work=0.01):
    work_of = Spread(work, family="exponential")
    root = Call("", "web", Visit("web", work_of))
    return Network(
        {"web": Station("web", "web")}, (Flow("go", "", rate, root),), ("web.cores = 1",)
    )


class FakeWork:
    """Calls in the order they come at one server; a `Down` stops it, a `Load` brings more."""

    def __init__(self, network, scenario=None, wanted=None, seed=1):
        flow = network.flows[0]
        works = [node.work.mean_s for node, _ in expected(flow.root) if isinstance(node, Visit)]
        self.rate, self.work = float(flow.rate_per_s), float(works[0])
        self.changes = scenario.changes if scenario else ()
        self.seed = wanted.seed if wanted else seed
        self.ran = []

    def run(self, plan, keep_going):
        self.ran.append(plan)
        rng = np.random.default_rng([self.seed, plan.number])
        end = plan.warm_up_s + plan.length_s
        if not keep_going(0.0):
            end = plan.warm_up_s + plan.length_s / 2
        most = max([1.0, *(c.factor for c in self.changes if isinstance(c, Load))])
        count = rng.poisson(self.rate * most * end)
        arrive = np.sort(rng.uniform(0, end, count))
        keep = np.ones(count, bool)
        story = arrive - plan.warm_up_s
        factor = np.ones(count)
        for change in self.changes:
            if isinstance(change, Load):
                inside = (story >= change.at_s) & (story < change.until_s)
                factor[inside] *= change.factor
        keep = rng.random(count) < factor / most
        arrive = arrive[keep]
        work = rng.exponential(self.work, len(arrive))
        outages = [(c.at_s + plan.warm_up_s, c.until_s - c.at_s)
                   for c in self.changes if isinstance(c, Down)]  # fmt: skip
        ours = np.concatenate([np.ones(len(arrive), bool), np.zeros(len(outages), bool)])
        at = np.concatenate([arrive, [first for first, _ in outages]])
        takes = np.concatenate([work, [length for _, length in outages]])
        order = np.argsort(at, kind="stable")
        at, takes, ours = at[order], takes[order], ours[order]
        so_far = np.cumsum(takes)
        leave = (so_far + np.maximum.accumulate(at - so_far + takes))[ours]
        keep_going(end)
        return counted(plan, end, arrive, leave, work)


def counted(plan, end, arrive, leave, work):
    measured = end - plan.warm_up_s
    intervals = int(measured / plan.interval_s)
    here = arrive >= plan.warm_up_s
    answered = here & (leave <= end)
    took = (leave - arrive)[answered]
    place = ((arrive - plan.warm_up_s) / plan.interval_s).astype(int)
    at = np.clip(place[answered], 0, max(intervals - 1, 0))
    width = len(COARSE) - 1
    bucket = np.clip(np.searchsorted(COARSE, took, side="right") - 1, 0, width - 1)
    hist = np.bincount(at * width + bucket, minlength=intervals * width).reshape(-1, width)
    starts = np.bincount(np.clip(place[here], 0, intervals - 1), minlength=intervals)
    times = np.linspace(plan.warm_up_s, end, intervals, endpoint=False) + plan.interval_s / 2
    inside = np.searchsorted(arrive, times, side="right") - np.searchsorted(np.sort(leave), times)
    go = OperationCounts(
        int(here.sum()), int(answered.sum()), 0, 0, 0, 0, 0, int(here.sum() - answered.sum()),
        float(took.sum()), np.bincount(np.clip(np.searchsorted(EDGES, took, side="right") - 1, 0, len(EDGES) - 2),
                                          minlength=len(EDGES) - 1), starts,
        np.bincount(at, minlength=intervals), np.zeros(intervals, int),
        np.bincount(at, took, minlength=intervals), hist,
    )  # fmt: skip
    waits = (leave - arrive - work)[here]
    web = StationCounts(
        int(here.sum()), int(answered.sum()), 0, 0, float(work[here].sum()), 1.0,
        float(waits.sum()), float(max(inside, default=0)), 1.0,
        np.minimum(inside, 1).astype(float), np.maximum(inside - 1, 0).astype(float),
        np.ones(intervals),
    )  # fmt: skip
    return Counts(measured, plan.interval_s, EDGES, COARSE, {"go": go}, {"web": web},
                  visits=int(here.sum()))  # fmt: skip
