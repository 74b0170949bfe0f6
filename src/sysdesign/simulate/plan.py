"""What a run is to do."""

from __future__ import annotations

from typing import Any

from sysdesign.records import dataclass

MOST_EVENTS = 20_000_000_000


@dataclass(frozen=True)
class Plan:
    """One replication of a run.

    Calls that come in the first `warm_up_s` do not count; then follow `length_s`. The same `seed`
    and `replication` give the same answer, compiled or `interpreted`. The series has a row for
    each `interval_s`, from the start of the warm-up on. With `failures` what can fail does so by
    chance. `traces` calls of `trace_of` (of all that actors bring where it is empty) are told step
    by step. `most_events` bounds the work, `most_inside` the
    calls inside at the same time.
    """

    warm_up_s: float
    length_s: float
    seed: int = 1
    replication: int = 0
    interval_s: float = 1.0
    scenario: Any = None
    traces: int = 0
    trace_of: str = ""
    interpreted: bool = False
    most_events: int = MOST_EVENTS
    most_inside: int = 2_000_000
    failures: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.warm_up_s < float("inf"):
            raise ValueError(f"a warm-up of {self.warm_up_s} s: give a time from 0 s up")
        if not 0 < self.length_s < float("inf"):
            raise ValueError(f"a run of {self.length_s} s: give a time above 0 s")
        if not 0 < self.interval_s < float("inf"):
            raise ValueError(f"intervals of {self.interval_s} s: give a time above 0 s")
        if self.seed < 0 or self.replication < 0:
            raise ValueError("seed and replication are whole numbers from 0 up")
