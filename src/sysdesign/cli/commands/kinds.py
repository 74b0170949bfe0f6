"""`sysdesign kinds`."""

import click

from sysdesign.cli.screen import Paint, say, table, wrapped


def complete_kinds(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Kinds for shell completion."""
    from sysdesign import kinds

    return [name for name in kinds.names() if name.startswith(incomplete)]


@click.command(epilog="Example:  sysdesign kinds cache")
@click.argument("kind", required=False, shell_complete=complete_kinds)
def command(kind: str | None) -> int:
    """List the kinds of component, or show the keys of one and what it models."""
    from sysdesign import kinds, rates

    if kind is None:
        rows = [(k.name, k.summary) for k in kinds.all_kinds().values()]
        for line in table(rows):
            say(line)
        say()
        say(
            f"One of them:  sysdesign kinds cache   "
            f"({len(rates.ids())} cited rates: assumptions may `use` them)"
        )
        return 0
    found = kinds.get(kind)
    if found is None:
        from sysdesign.source import nearest

        meant = nearest(kind, kinds.names())
        raise click.UsageError(
            f"No such kind '{kind}'." + (f" Did you mean '{meant}'?" if meant else "")
        )
    paint = Paint()
    first, _, rest = found.module_doc.strip().partition("\n")
    say(paint(first, "bold"))
    say()
    keys = found.keys()
    width = max(map(len, keys)) + 4
    for name, key in keys.items():
        said = f"{key.doc} [{key.default}]" if key.default else key.doc
        text = wrapped(said, 96 - width)
        say(f"  {name:<{width - 2}}{text[0]}")
        for more in text[1:]:
            say(" " * width + more)
    say()
    say(rest.strip())
    return 0
