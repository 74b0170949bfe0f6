"""`sysdesign advise`."""

from collections.abc import Iterator

import click

from sysdesign.advise import Advice, Advised
from sysdesign.cli.advice import more_cost
from sysdesign.cli.options import Asked, chosen, complete_files, print_json, weighing
from sysdesign.cli.screen import Paint, say, table, wrapped
from sysdesign.study import Study
from sysdesign.workbench.advising import advise_answer, advised

SHOWN = 5
_SMALL = 4


@click.command(epilog="Example:  sysdesign advise twitter.yaml")
@click.argument("file", required=False, shell_complete=complete_files)
@click.option("--all", "everything", is_flag=True, help="Every change that was found.")
@weighing("text", "json")
def command(
    file: str | None,
    everything: bool,
    asked: Asked,
) -> int:
    """Find the smallest single change that would meet each requirement that fails.

    Replicas, cores, shards, copies, memory, zones, timeouts are tried one at a time on the file
    itself, and judged as `check` judges; what breaks nothing and costs least comes first.
    """
    path = chosen(file)
    bench = asked.open(path)
    if bench is None:
        return 2
    found = list(advised(bench))
    if asked.form == "json":
        print_json(advise_answer(bench, path, found))
        return 0
    say(asked.paint(str(bench.study.design.problem.name or bench.study.source.name), "bold"))
    if not found:
        say()
        say("  Every requirement that formulas can judge is met: there is nothing to advise.")
    for one in found:
        for line in _told(bench.study, one, asked.paint, everything):
            say(line)
    if any(one.advice for one in found):
        say()
        say(asked.paint("Try one without editing:  sysdesign check --set PATH=VALUE", "dim"))
    return 0


def _told(study: Study, one: Advised, paint: Paint, everything: bool) -> Iterator[str]:
    yield ""
    yield from wrapped(f"{one.requirement}: {one.said}", 96)
    if not one.advice:
        yield from wrapped(f"No single change meets it: {_why(one)}. {_where(one)}.", 96, "  ")
        return
    kept = one.advice if everything else one.advice[:SHOWN]
    rows = [
        (a.path, a.before, "→", a.after, more_cost(study, a), paint(_beside(a), "yellow"))
        for a in kept
    ]
    yield from table(rows, right=(1, 4))
    if len(kept) < len(one.advice):
        yield f"  and {len(one.advice) - len(kept)} more: --all"


def _why(one: Advised) -> str:
    """Why nothing is advised: what was run, and what need not be."""
    if one.small:
        first, last = ", ".join(one.small[:-1][:_SMALL]), one.small[-1]
        more = len(one.small) - 1 - _SMALL
        return f"{first}{f' and {more + 1} more' if more > 0 else f' and {last}'} are too small"
    words = [f"none of {one.tried} that were run does"] if one.tried else []
    if one.ruled_out:
        many = one.ruled_out > 1
        words.append(f"{one.ruled_out} {'do' if many else 'does'} too little however far "
                     f"{'they are' if many else 'it is'} turned")  # fmt: skip
    return ", and ".join(words) or "several parts are too small"


def _where(one: Advised) -> str:
    """The command that tells more of what a test is about."""
    name = one.test.measure
    if name.measure == "availability":
        return f"`sysdesign availability --operation {name.owner}` says what brings it down"
    if name.measure in ("rpo", "rto"):
        return "`sysdesign availability` says what is lost of data, and when"
    if name.measure in ("cost", "cost_per_call"):
        return "`sysdesign cost` says what is paid for what"
    return "`sysdesign analyze` says what each needs"


def _beside(one: Advice) -> str:
    said = [f"but breaks {', '.join(one.breaks)}"] if one.breaks else []
    return "; ".join([*said, *([] if one.sure else ["formulas are not sure: simulate"])])
