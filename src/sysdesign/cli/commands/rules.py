"""`sysdesign rules`."""

import re
from typing import Any

import click

from sysdesign.cli.options import output_format, print_json
from sysdesign.cli.screen import Paint, say, table, wrapped
from sysdesign.review import engine, pages, registry
from sysdesign.source import nearest


def complete_rules(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Ids of checks for shell completion."""
    return [rule for rule in registry.entries() if rule.startswith(incomplete.upper())]


@click.command(epilog="Example:  sysdesign rules HLD-02")
@click.argument("rule", required=False, shell_complete=complete_rules)
@output_format("text", "json")
def command(rule: str | None, form: str) -> int:
    """List the checks, or show why one is made, with a flawed and a sound design."""
    entries = registry.entries()
    built = {entry.id: entry.id in engine.rules() for entry in entries.values()}
    if rule is None and form == "json":
        print_json({"rules": [_answer(entry, built[entry.id]) for entry in entries.values()]})
        return 0
    paint = Paint()
    if rule is None:
        rows = [
            (e.id, e.severity.value, "" if built[e.id] else "not built yet", e.title)
            for e in entries.values()
        ]
        for line in table(rows):
            say(line)
        say()
        say("One of them:  sysdesign rules HLD-02")
        return 0
    entry = entries.get(re.sub(r"-(\d)\Z", r"-0\1", rule.upper()))
    if entry is None:
        meant = nearest(rule.upper(), entries)
        raise click.UsageError(
            f"No such check '{rule}'." + (f" Did you mean '{meant}'?" if meant else "")
        )
    say(f"{paint(entry.id, 'bold')} ({entry.severity.value}): {entry.title}")
    say()
    for line in (pages.pages().get(entry.id) or "Not built yet.").splitlines():
        say("\n".join(wrapped(line, 100)) if len(line) > 100 else line)
    return 0


def _answer(entry: registry.Entry, built: bool) -> dict[str, Any]:
    return {
        "id": entry.id,
        "severity": entry.severity.value,
        "tier": entry.tier,
        "kind": entry.kind,
        "step": entry.step_name,
        "title": entry.title,
        "built": built,
    }
