"""`sysdesign completion`."""

import click

from sysdesign.cli.screen import say


@click.command(epilog="Example:  sysdesign completion bash")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of a shell.

    bash: sysdesign completion bash > ~/.local/share/bash-completion/completions/sysdesign
    """
    from click.shell_completion import get_completion_class

    from sysdesign.cli.main import cli

    cls = get_completion_class(shell)
    assert cls is not None
    say(cls(cli, {}, "sysdesign", "_SYSDESIGN_COMPLETE").source())
