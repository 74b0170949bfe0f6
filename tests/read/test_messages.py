"""Every message as a person sees it: the place, the reason, and what to write instead."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from sysdesign.cli.problems import problem_lines
from sysdesign.cli.screen import Paint
from sysdesign.source import Problem, UnusableError
from sysdesign.workbench import open_design, open_text
from tests.read.bad_inputs import CHANGES, GOOD, LOADS, TEXTS, edit

GOLDEN = Path(__file__).parent / "messages.txt"


def said(text: str, **changes: object) -> str:
    return shown(found(text, **changes))


def shown(problems: Iterable[Problem]) -> str:
    paint = Paint("never")
    return "\n".join(line for p in problems for line in problem_lines(p, paint))


def found(text: str, **changes: object) -> tuple[Problem, ...]:
    """What is wrong with a text: with all of it, or with parts that are left out."""
    try:
        bench = open_text(text, "design.yaml", **changes)  # type: ignore[arg-type]
    except UnusableError as trouble:
        return trouble.problems
    return tuple(problem for one in bench.study.left_out for problem in one.problems)


@cache
def golden() -> dict[str, str]:
    parts = GOLDEN.read_text(encoding="utf-8").split("## ")[1:]
    return {name: text.strip("\n") for name, _, text in (part.partition("\n") for part in parts)}


def printed() -> Iterator[tuple[str, str]]:
    """What the program says now, as the golden file holds it."""
    for name, text in TEXTS.items():
        yield name, said(text)
    for name, change in CHANGES.items():
        yield name, said(GOOD, set=[change])


def test_the_sound_design_has_nothing_wrong() -> None:
    assert open_text(GOOD).figures


def test_every_input_has_its_message_in_the_golden_file() -> None:
    assert list(golden()) == [*TEXTS, *CHANGES]


@pytest.mark.parametrize("name", TEXTS)
def test_a_bad_text_is_one_problem_and_answered_so(name: str) -> None:
    (problem,) = found(TEXTS[name])
    assert shown([problem]) == golden()[name]


@pytest.mark.parametrize("name", CHANGES)
def test_a_bad_change_is_answered_so(name: str) -> None:
    assert said(GOOD, set=[CHANGES[name]]) == golden()[name]


@pytest.mark.parametrize("load", LOADS)
def test_a_load_that_is_no_factor_is_refused(load: str) -> None:
    assert "is not a factor" in said(GOOD, load=load)


def test_all_problems_come_in_one_run_in_the_order_of_the_text() -> None:
    text = edit("response: 4 kB", "respones: 4 kB").replace("kind: worker", "kind: wroker")
    text = text.replace("expect: read_page.p99", "expect: read_page.p98")
    with pytest.raises(UnusableError) as raised:
        open_text(text)
    lines = [problem.span.line for problem in raised.value.problems]
    assert len(lines) == 3
    assert lines == sorted(lines)


WRONG = edit("response: 4 kB", "respones: 4 kB")


@pytest.mark.parametrize(
    "data",
    [
        WRONG.encode(),
        WRONG.replace("\n", "\r\n").encode(),
        WRONG.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + WRONG.encode(),
        WRONG.encode("utf-16"),
        b"\xfe\xff" + WRONG.encode("utf-16-be"),
    ],
    ids=["lf", "crlf", "cr", "bom", "utf-16", "utf-16-be"],
)
def test_line_ends_and_marks_do_not_move_a_message(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_bytes(data)
    with pytest.raises(UnusableError) as raised:
        open_design(str(path))
    (problem,) = raised.value.problems
    assert (problem.span.line, problem.span.column) == (18, 5)
    assert problem.span.source.line(18) == "    respones: 4 kB"


@pytest.mark.parametrize(
    ("data", "place", "reason"),
    [
        (
            "sysdesign: 1\nproblem: {name: Caf\xe9}\n".encode("latin-1"),
            (2, 20),
            "byte 0xe9 is not UTF-8",
        ),
        (b"\xff\xfes\x00y\x00\x00\xd8", (1, 3), "save the file as UTF-8"),
    ],
)
def test_bytes_that_are_no_text_are_shown_where_they_stand(
    data: bytes, place: tuple[int, int], reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "design.yaml"
    path.write_bytes(data)
    with pytest.raises(UnusableError) as raised:
        open_design(str(path))
    (problem,) = raised.value.problems
    assert reason in problem.message
    assert (problem.span.line, problem.span.column) == place


def test_quoted_words_are_underlined_without_their_quotes() -> None:
    text = said(edit("rate: daily_users * opens", 'rate: "daily_users * openz"'))
    line, carets = text.splitlines()[1:3]
    assert line[carets.index("^") : carets.rindex("^") + 1] == "openz"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("kind: sql_database", "kind: postgres", "did you mean 'sql_database'?"),
        ("zones: [us-a]", "like: eu-west-1, zones: [us-a]", "did you mean 'north_europe'?"),
        ("2M .. 4M user", "2M .. 4M driver", "for what you count: conventions: {counts: [driver]}"),
    ],
)
def test_a_word_of_other_trades_is_told_in_ours(old: str, new: str, told: str) -> None:
    assert old in GOOD
    assert told in said(edit(old, new))


def test_what_stands_at_the_top_and_belongs_in_a_section_is_told_once() -> None:
    text = said(edit("problem:\n  actors:\n    reader:", "actors:\n    reader:"))
    assert "unknown key 'actors'" in text
    assert "it belongs in a section: problem: {actors: …}" in text
    assert "is not an actor" not in text


if __name__ == "__main__":  # python -m tests.read.test_messages, then read the difference aloud
    GOLDEN.write_text(
        "".join(f"## {name}\n{text}\n\n" for name, text in printed()),
        encoding="utf-8",
        newline="\n",
    )
