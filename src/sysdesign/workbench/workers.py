"""Answers that do not hang on each other, worked out side by side in copies of this process."""

import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from sysdesign.study import Study

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")

_LARGE = 24
"""Stations from which on a job takes longer than making a copy (some 30 ms)."""


def in_parallel(jobs: Sequence[Callable[[], T]], study: Study) -> Iterator[T]:
    """The answers of all jobs on a study, in their order; each must be one that can be pickled.

    A copy (`fork`) has all that was worked out before, so nothing is read or computed twice. Where
    there is one core, no `fork`, or another thread, whose locks a copy would never see released, or
    the design is small, jobs are done one after the other: the answers are the same.
    """
    count = min(len(jobs), _cores()) if len(study.network.stations) >= _LARGE else 1
    if count > 1 and sys.platform == "linux" and threading.active_count() == 1:
        yield from _copied(jobs, count)
    else:
        for job in jobs:
            yield job()


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def _copied(jobs: Sequence[Callable[[], T]], count: int) -> Iterator[T]:
    """Answers from so many copies; what a copy that was killed leaves open is done here.

    All copies are made before the first is asked, and no thread is started: a pool of
    `concurrent.futures` makes them beside a thread of its own, and hung once in three runs.
    """
    from multiprocessing import get_context
    from multiprocessing.connection import wait

    context = get_context("fork")
    ahead, done = list(range(len(jobs))), dict[int, Any]()
    asked: dict[Connection, int] = {}
    copies = []
    try:
        for _ in range(count):
            mine, theirs = context.Pipe()
            copy = context.Process(target=_answer, args=(jobs, theirs, [mine, *asked]), daemon=True)
            copy.start()
            theirs.close()
            copies.append(copy)
            mine.send(ahead[0])
            asked[mine] = ahead.pop(0)
        for number, job in enumerate(jobs):
            while number not in done and number in asked.values():
                for one in wait(list(asked)):
                    _take(one, asked, ahead, done)
            yield done.pop(number) if number in done else job()
    finally:
        for copy in copies:
            copy.terminate()
            copy.join()


def _take(one: Any, asked: dict[Any, int], ahead: list[int], done: dict[int, Any]) -> None:
    """An answer of a copy, and its next job; none of one that has died."""
    number = asked.pop(one)
    try:
        done[number] = one.recv()
        if ahead:
            one.send(ahead[0])
            asked[one] = ahead.pop(0)
    except (EOFError, OSError):
        one.close()


def _answer(
    jobs: Sequence[Callable[[], Any]], parent: "Connection", others: Sequence["Connection"]
) -> None:
    """In a copy: answer by number until the parent hangs up; Ctrl-C is for the one who asked."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for one in others:  # those of the parent, which would keep each other open
        one.close()
    while True:
        try:
            parent.send(jobs[parent.recv()]())
        except Exception:  # the parent does it again, and sees what is wrong
            return
