"""What breaks, and what that does, as data."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from sysdesign.study.failures import Breaker, Effect
from sysdesign.study.happenings import scenarios
from sysdesign.study.injections import Injection, injections, mechanism
from sysdesign.study.matrix import Pair, matrix, pairs, parts_of
from sysdesign.workbench.answers import Answer, rounded
from sysdesign.workbench.bench import Workbench

MOST_PAIRS = 200
"""Pairs that are told; the worst of them."""


class Failures:
    """Everything that `failures` says; worked out when it is asked for."""

    def __init__(self, bench: Workbench, only: str | None = None) -> None:
        self.study, self.only = bench.study, only
        self.breaker = Breaker(bench.study)

    def effects(self) -> Iterator[Effect]:
        """Every single loss in turn; of one part where one is named."""
        return matrix(self.study, self.breaker, self.only)

    def scenarios(self) -> Iterator[Effect]:
        """Scenarios of the file."""
        return scenarios(self.study, self.breaker) if self.only is None else iter(())

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


def failures_answer(bench: Workbench, path: str, only: str | None, *, two: bool) -> Answer:
    """The same as data."""
    found = Failures(bench, only)
    answer: Answer = rounded({
        "file": path, "load": bench.study.load,
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
                          "stuck": f.stuck, "p99_s": f.p99_s, "overloaded": list(f.over)}
            for f in one.felt
        },
        "carries": one.carries, "fullest": one.fullest, "recovers": one.recovers,
        "broken": [{"requirement": r, "why": why} for r, why in one.broken],
        "actors": list(one.actors), "notes": list(one.notes), "mechanism": mechanism(one),
    }  # fmt: skip
