"""`sysdesign rules`."""

import click

from sysdesign.cli.options import output_format, print_json
from sysdesign.cli.screen import Paint, say, table, wrapped


def complete_rules(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Ids of checks for shell completion."""
    from sysdesign.review import registry

    return [rule for rule in registry.entries() if rule.startswith(incomplete.upper())]


@click.command(epilog="Example:  sysdesign rules HLD-02")
@click.argument("rule", required=False, shell_complete=complete_rules)
@output_format("text", "json")
def command(rule: str | None, form: str) -> int:
    """List the checks, or show why one is made, with a flawed and a sound design."""
    from sysdesign.review import pages, registry

    entries = registry.entries()
    if rule is None and form == "json":
        print_json(
            {
                "rules": [
                    vars(e) if hasattr(e, "__dict__") else e._asdict() for e in entries.values()
                ]
            }
        )
        return 0
    paint = Paint()
    if rule is None:
        rows = [
            (e.id, e.severity.value, "" if e.built else "not built yet", e.title)
            for e in entries.values()
        ]
        for line in table(rows):
            say(line)
        say()
        say("One of them:  sysdesign rules HLD-02")
        return 0
    entry = entries.get(rule.upper())
    if entry is None:
        from sysdesign.source import nearest

        meant = nearest(rule.upper(), entries)
        raise click.UsageError(
            f"No such check '{rule}'." + (f" Did you mean '{meant}'?" if meant else "")
        )
    say(f"{paint(entry.id, 'bold')} ({entry.severity.value}): {entry.title}")
    say()
    for line in (pages.pages().get(entry.id) or "Not built yet.").splitlines():
        say("\n".join(wrapped(line, 100)) if len(line) > 100 else line)
    return 0
