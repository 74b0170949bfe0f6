"""Inputs that once got past the reader, each made as small as it goes."""

import pytest

from sysdesign.source import UnusableError
from sysdesign.workbench import open_text

HEAD = "sysdesign: 1\n"
APP = "components: {app: service}\n"


@pytest.mark.parametrize(
    "text",
    [
        "operations: {a: {rate: 1 req/s, path: [p]}}\npaths: {p: [q], q: [app: [p]]}\n" + APP,
        "operations: {a: {rate: 1 req/s, path: [parallel: [nowhere]]}}\n" + APP,
        "decisions: {d: {about: [system]}}\nestimates: {e: d * 2}\n",
        "data: {x: [1], note: {size: 1 B}}\nestimates: {e: x.stored}\n",
        "data: {x: {size: 1e307 ZB, count: 9}}\n",
        "assumptions: {u: 1e300 user}\nestimates: {e: u * 1 day -> user*ns}\n",
    ],
)
def test_what_cannot_be_is_placed(text):
    with pytest.raises(UnusableError) as trouble:
        open_text(HEAD + text)
    assert all(1 <= problem.span.line <= 4 for problem in trouble.value.problems)


def test_parallel_without_calls_takes_no_time():
    bench = open_text(HEAD + "operations: {a: {rate: 1 req/s, path: [app, parallel: []]}}\n" + APP)
    assert bench.figures["a.own_time"].median > 0


def test_parts_too_deep_in_each_other_are_told():
    parts = "".join(f"  p{i}: [app: [p{i + 1}]]\n" for i in range(520)) + "  p520: [app]\n"
    text = HEAD + "operations: {a: {rate: 1 req/s, path: [p0]}}\n" + APP + "paths:\n" + parts
    with pytest.raises(UnusableError, match="more than 500 deep"):
        open_text(text)


def test_every_sort_of_id_has_a_name():
    from sysdesign.design.names import OTHER, SHARED
    from sysdesign.read.context import NAMED

    assert set(SHARED) | set(OTHER) <= set(NAMED)
