"""`sysdesign schema`."""

import click

from sysdesign.cli.screen import say


@click.command(epilog="Example:  sysdesign schema > sysdesign.schema.json")
def command() -> None:
    """Print the JSON Schema (draft-07) of the design file.

    With `# yaml-language-server: $schema=sysdesign.schema.json` as the first line of a design,
    editors complete and explain its keys.
    """
    from sysdesign.read.schema import schema_text

    say(schema_text().rstrip("\n"))
