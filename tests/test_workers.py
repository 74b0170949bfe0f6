"""Jobs in copies of the process give the answers that they give one after the other."""

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from sysdesign.study import Study
from sysdesign.study.compared import Compared
from sysdesign.study.failures import Effect
from sysdesign.workbench import Workbench, open_text, workers
from sysdesign.workbench.comparing import compare_answer, decisions
from sysdesign.workbench.failures import Failures
from sysdesign.workbench.workers import in_parallel

SHOP = """\
sysdesign: 1
requirements: {quality: {fast: {expect: get.p99 < 200 ms}}}
assumptions: {calls: 100 .. 300 req/s}
operations: {get: {rate: calls, path: [web: [db, {ads: {optional: true}}]]}}
components:
  web: {kind: service, replicas: 4, cores: 2, slots: 40, price: 100 USD/month}
  db: {kind: sql_database, price: 200 USD/month}
  ads: {kind: service, replicas: 2}
decisions:
  size:
    options:
      four: {}
      more: {change: {components.web.replicas: 8}}
      wrong: {change: {components.db: null}}
      core: {change: {components.web.cores: 1}}
    chosen: four
scenarios:
  slow: {slow: {ads: 20x}}
  more: {change: {components.web.replicas: 2}}
"""


@pytest.fixture
def bench() -> Workbench:
    return open_text(SHOP)


def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_cores", lambda: 1)


def side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform != "linux":
        pytest.skip("no copies here")
    monkeypatch.setattr(workers, "_cores", lambda: 2)
    monkeypatch.setattr(workers, "_LARGE", 0)
    monkeypatch.setattr("threading.active_count", lambda: 1)


def compared(bench: Workbench) -> Any:
    return compare_answer("shop", list(decisions(bench)))


def broken(bench: Workbench) -> tuple[list[Effect], list[Effect], Any]:
    found = Failures(bench)
    return list(found.effects()), list(found.scenarios()), list(found.injections())


@pytest.mark.parametrize("asked", [compared, broken])
def test_copies_answer_what_one_process_answers(
    asked: Callable[[Workbench], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    one_by_one(monkeypatch)
    alone = asked(open_text(SHOP))
    side_by_side(monkeypatch)
    assert asked(open_text(SHOP)) == alone


def test_an_option_that_does_not_fit_is_told_from_a_copy(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    side_by_side(monkeypatch)
    (size,) = decisions(bench)
    assert isinstance(size, Compared)
    assert list(size.rows) == ["four", "more", "core"]
    assert list(size.broken) == ["wrong"]


def numbered(study: Study, killed: int, parent: int) -> list[Callable[[], tuple[int, bool]]]:
    def job(number: int) -> tuple[int, bool]:
        if number == killed and os.getpid() != parent:
            os._exit(9)
        return number, os.getpid() == parent

    return [partial(job, number) for number in range(6)]


def test_what_a_killed_copy_leaves_open_is_done_here(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    side_by_side(monkeypatch)
    found = list(in_parallel(numbered(bench.study, 2, os.getpid()), bench.study))
    assert [number for number, _ in found] == [0, 1, 2, 3, 4, 5]
    assert [here for _, here in found] == [False, False, True, False, False, False]


def test_whoever_stops_asking_leaves_no_copy_behind(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    side_by_side(monkeypatch)
    from multiprocessing import active_children

    answers = in_parallel(numbered(bench.study, -1, os.getpid()), bench.study)
    assert next(iter(answers)) == (0, False)
    answers.close()  # type: ignore[attr-defined]
    assert active_children() == []


def test_an_error_of_a_job_is_that_of_the_job(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    side_by_side(monkeypatch)

    def bad() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(in_parallel([bad, bad], bench.study))
