"""`sysdesign check`."""

import click

from sysdesign.cli.findings import finding_lines, question_lines
from sysdesign.cli.options import (
    chosen,
    colour,
    complete_files,
    github_line,
    leave_out,
    output_format,
    print_json,
    print_problems,
    problems_answer,
    what_if,
)
from sysdesign.cli.screen import Paint, say, table, wrapped
from sysdesign.cli.statements import requirement_word, statement_lines
from sysdesign.review import AT_RISK, REQUIREMENT
from sysdesign.source import Severity, UnusableError, Verdict
from sysdesign.workbench import Workbench, open_design
from sysdesign.workbench.answers import check_answer
from sysdesign.workbench.fitting import with_misfits
from sysdesign.workbench.headline import Line, headline

FAIL_ON = ("blocker", "major", "minor", "info", "unknown", "never")


@click.command(epilog="Example:  sysdesign check twitter.yaml --fail-on minor")
@click.argument("files", nargs=-1, metavar="[FILE]...", shell_complete=complete_files)
@what_if
@click.option(
    "--fail-on", type=click.Choice(FAIL_ON), default="major", show_default=True,
    help="Exit with 1 from this severity on; unknown: open questions count, too.",
)  # fmt: skip
@click.option(
    "--simulate", "simulated", is_flag=True,
    help="Simulate what formulas cannot decide, `also_in` included; kept for the next time.",
)  # fmt: skip
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Show each finding by itself, what holds and what is not built, too.",
)
@output_format("text", "json", "github", "sarif")
@colour
def command(
    files: tuple[str, ...],
    changes: tuple[str, ...],
    load: str,
    fail_on: str,
    simulated: bool,
    everything: bool,
    form: str,
    color: str,
) -> int:
    """Judge designs: findings, open questions, and the most telling numbers.

    Without FILE the only design in this folder; "-" reads standard input. Exit code: 0 clean,
    1 findings, 2 a file or a call that cannot be used.
    """
    paint = Paint(color)
    code = 0
    judged: list[tuple[str, Workbench]] = []
    unusable: list[tuple[str, UnusableError]] = []
    for place, path in enumerate(files or (chosen(None),)):
        try:
            bench = with_misfits(open_design(path, set=changes, load=load))
            if simulated:
                bench = _decided(bench, changes, load, form)
        except UnusableError as trouble:
            code = 2
            unusable.append((path, trouble))
            if form in ("text", "github"):
                print_problems(trouble, form, paint)
            continue
        code = max(code, _exit_code(bench, fail_on))
        judged.append((path, bench))
        leave_out(bench, form, paint)
        if form == "text":
            for line in [""] * (place > 0) + lines(bench, path, paint, everything):
                say(line)
        elif form == "github":
            _github(bench)
    if form == "json":
        bodies = [problems_answer(path, trouble) for path, trouble in unusable]
        bodies += [check_answer(bench, path) for path, bench in judged]
        print_json(bodies[0] if len(bodies) == 1 else {"files": bodies})
    elif form == "sarif":
        from sysdesign.cli.sarif import sarif

        problems = [problem for _, trouble in unusable for problem in trouble.problems]
        problems += [p for _, bench in judged for one in bench.study.left_out for p in one.problems]
        say(sarif([bench for _, bench in judged], problems))
    return code


def _decided(bench: Workbench, changes: tuple[str, ...], load: str, form: str) -> Workbench:
    """The design with what a simulation decides."""
    from sysdesign.cli.progress import Watching
    from sysdesign.workbench.decided import decided
    from sysdesign.workbench.simulation import Asked, NothingYetError

    try:
        with Watching(quiet=form != "text") as watch:
            return decided(bench, watch, Asked(set=changes, load=load))
    except NothingYetError:
        return bench


def _exit_code(bench: Workbench, fail_on: str) -> int:
    review = bench.review
    if fail_on == "never":
        return 0
    if fail_on == "unknown":
        return 1 if review.failed or review.questions else 0
    least = Severity(fail_on).rank
    return 1 if any(f.severity.rank >= least for f in review.failed) else 0


# -- text ----------------------------------------------------------------------------------------


def lines(bench: Workbench, path: str, paint: Paint, everything: bool) -> list[str]:
    """What a person reads."""
    review, design = bench.review, bench.study.design
    level = f" · level {design.problem.level}" if design.problem.level else ""
    load = f" · load {bench.study.load:g}x" if bench.study.load != 1 else ""
    text = [paint(f"{design.problem.name or path}{level}{load}", "bold"), ""]
    text += table([_telling(line, paint) for line in headline(bench)], right=(1,))
    if review.failed:
        text.append("")
        text += finding_lines(review.failed, paint, everything)
    if review.statements:
        text += ["", paint("Requirements", "bold"), *statement_lines(review.statements, paint)]
    if review.questions:
        text += [
            "",
            paint("Open questions", "bold"),
            *question_lines(review.questions, paint, everything),
        ]
    if review.waived:
        text += ["", paint("Accepted", "bold")]
        text += [f"  {f.id}: {f.waived_by}" for f in review.waived]
    for waiver in review.expired_waivers:
        text.append(f"  {waiver}: accepted until a day that has passed; decide again")
    for waiver in review.stale_waivers:
        text.append(f"  {waiver}: accepted, but nothing to accept any more; take it out")
    if everything:
        text += ["", paint("Holds", "bold")]
        text += [f"  {f.id}: {f.evidence or f.message}" for f in review.passed]
        text += [
            "",
            paint("Not built yet", "bold"),
            *wrapped(", ".join(review.not_built), 94, "  "),
        ]
    return [*text, "", *_counts(bench, paint), *_next(bench, path, paint)]


def _telling(line: Line, paint: Paint) -> tuple[str, ...]:
    """A row of the summary; it says on how many defaults a number rests."""
    unstated = f", rests on {line.defaults} unstated" if line.defaults else ""
    name = f"{line.figure.name}{unstated}"
    value = f"{line.about} {line.figure.shown}" if line.about else line.figure.shown
    return line.label, value, line.between, paint(name, "dim")


def _counts(bench: Workbench, paint: Paint) -> list[str]:
    """How many checks and how many requirements hold, fail, are open; each of the two by itself."""
    review = bench.review
    own = [f for f in review.failed if f.rule != REQUIREMENT]
    by = {s: sum(f.severity is s for f in own) for s in Severity}
    failed = ", ".join(f"{n} {s.value}" for s, n in reversed(by.items()) if n)
    accepted = sum(f.rule != REQUIREMENT for f in review.waived)
    checks = [
        paint(f"{len(review.passed)} hold", "green"),
        paint(f"{len(own)} fail" + (f" ({failed})" if failed else ""), "red" if own else "dim"),
        paint(_number(len(review.questions), "open question"),
              "yellow" if review.questions else "dim"),
        *([f"{accepted} accepted"] if accepted else []),
    ]  # fmt: skip
    told = ["Checks: " + " · ".join(checks)]
    words = [requirement_word(one) for one in review.statements]
    if words:
        styles = {"holds": "green", "fails": "red", AT_RISK: "yellow", "not known": "yellow"}
        some = [(word, words.count(word)) for word in styles]
        named = {"holds": "hold", "fails": "fail"}
        told.append("Requirements: " + " · ".join(
            paint(f"{count} {named.get(word, word)}", styles[word] if count else "dim")
            for word, count in some if count or word in named
        ))  # fmt: skip
    return told


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _next(bench: Workbench, path: str, paint: Paint) -> list[str]:
    first = next(iter(bench.figures), None)
    if first is None:
        return [paint("Next: give an operation an actor and a rate, then check again.", "dim")]
    return [paint(f"Next:  sysdesign explain {path} {first}", "dim")]


# -- code hosts ------------------------------------------------------------------------------------


def _github(bench: Workbench) -> None:
    for finding in (*bench.review.failed, *bench.review.questions):
        level = "notice"
        if finding.verdict is Verdict.FAILS:
            level = "error" if finding.severity.rank >= Severity.MAJOR.rank else "warning"
        message = f"{finding.message}. {finding.action}".rstrip(". ") + "."
        say(github_line(level, finding.span.source.name, finding.span.line, finding.span.column,
                        finding.id, message))  # fmt: skip
