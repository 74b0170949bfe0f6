"""What breaks, and what that does, as data."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial

from sysdesign.design.later import Scenario
from sysdesign.lower.scenario import staged
from sysdesign.source import Problem, UnusableError
from sysdesign.study.failures import Breaker, Effect
from sysdesign.study.happenings import scenario_effect
from sysdesign.study.injections import Injection, injections, mechanism
from sysdesign.study.matrix import Pair, pairs, parts_of, rows
from sysdesign.study.numbers import Medians
from sysdesign.workbench.answers import Answer, rounded
from sysdesign.workbench.bench import Workbench
from sysdesign.workbench.workers import in_parallel

MOST_PAIRS = 200
"""Pairs that are told; the worst of them."""


class Failures:
    """Everything that `failures` says; worked out when it is asked for.

    `left_out` are scenarios that cannot happen to this design, with why; known once tried.
    """

    def __init__(self, bench: Workbench, only: str | None = None) -> None:
        self.bench, self.study, self.only = bench, bench.study, only
        self.breaker = Breaker(bench.study)
        self.left_out: dict[str, tuple[Problem, ...]] = {}

    def effects(self) -> Iterator[Effect]:
        """Every single loss in turn; of one part where one is named."""
        found = rows(self.study, self.breaker, self.only)
        for first in found[:1]:
            yield first()  # with it comes what all need
        for effect in in_parallel(found[1:], self.study):
            yield self.breaker.keep(effect)

    def scenarios(self) -> Iterator[Effect]:
        """Scenarios of the file."""
        found = self.study.design.scenarios if self.only is None else {}
        jobs = [partial(self._scenario, name, scenario) for name, scenario in found.items()]
        for name, came in zip(found, in_parallel(jobs, self.study), strict=True):
            if isinstance(came, Effect):
                yield came
            else:
                self.left_out[f"scenario {name}"] = came

    def _scenario(self, name: str, scenario: Scenario) -> Effect | tuple[Problem, ...]:
        """One scenario, on the design as it changes it; what is wrong where it cannot be."""
        try:
            return self._happening(name, scenario)
        except UnusableError as trouble:
            return trouble.problems

    def _happening(self, name: str, scenario: Scenario) -> Effect:
        events = (scenario, *scenario.steps)
        changes = [event.change for event in events if event.change is not None]
        study, breaker = self.study, self.breaker
        if changes:
            study = self.bench.changed(*changes).study
            breaker = Breaker(study, before=self.breaker)
        staged(study.design, Medians(study.estimate), study.network, name)
        return scenario_effect(breaker, name, study.design.scenarios[name])

    def injections(self) -> Iterator[Injection]:
        """The twelve of a reviewer."""
        if self.only is None:
            yield from injections(self.study, self.breaker)

    def pairs(self) -> Sequence[Pair]:
        """Any two at once."""
        return pairs(self.study)[:MOST_PAIRS]


def known_parts(bench: Workbench) -> frozenset[str]:
    """Names of what can be broken by itself."""
    return parts_of(bench.study)


def failures_answer(found: Failures, path: str, *, two: bool) -> Answer:
    """The same as data."""
    answer: Answer = rounded({
        "file": path, "load": found.study.load,
        "overloaded": {name: list(over) for name, over in found.breaker.overloaded.items()},
        "failures": [effect_answer(one) for one in found.effects()],
        "scenarios": [effect_answer(one) for one in found.scenarios()],
        "injections": [
            {"name": one.name, "verdict": one.verdict, "on": one.on, "mechanism": one.mechanism}
            for one in found.injections()
        ],
        "pairs": [asdict(one) for one in found.pairs()] if two else None,
    })  # fmt: skip
    return answer


def effect_answer(one: Effect) -> Answer:
    """One event as data."""
    return {
        "event": one.event, "kind": one.kind, "words": one.words, "verdict": one.verdict,
        "operations": {
            f.operation: {"state": f.state, "fails": f.fails, "degraded": f.degraded,
                          "stuck": f.stuck, "p99_s": f.p99_s, "lacks": list(f.lacks),
                          "overloaded": list(f.over)}
            for f in one.felt
        },
        "carries": one.carries, "fullest": one.fullest, "recovers": one.recovers,
        "broken": [{"requirement": r, "why": why} for r, why in one.broken],
        "actors": list(one.actors), "notes": list(one.notes), "mechanism": mechanism(one),
    }  # fmt: skip
