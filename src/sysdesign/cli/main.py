"""The command `sysdesign`: a group that loads each command when it is called."""

import os
import sys
from importlib import import_module
from typing import Any

import click

from sysdesign.version import __version__

COMMANDS = {
    "new": "Write a small design that passes, or copy an example.",
    "check": "Judge a design: findings, open questions, the most telling numbers.",
    "estimate": "Every number that follows from a design.",
    "analyze": "Will it carry the load, and how long will a call take: by formulas.",
    "simulate": "Load the design and watch it: storms, failures, recovery, with intervals.",
    "availability": "How much of the time it is up, and what brings it down.",
    "failures": "Break every part in turn: who feels it, what is left, what recovers it.",
    "cost": "What it costs a month: by component, by operation, by call.",
    "compare": "The options of each decision on the same numbers; or designs side by side.",
    "advise": "The smallest changes that would meet a requirement that fails.",
    "diff": "What changed from one design to another, and what it did to the numbers.",
    "explain": "One number as a derivation.",
    "draw": "Pictures of a design that carry its numbers: SVG or PNG.",
    "report": "The design written up for a reviewer: one HTML page, or Markdown.",
    "export": "The architecture as text for Mermaid, D2, Structurizr or PlantUML.",
    "schema": "The JSON Schema of the design file, for editors.",
    "kinds": "The kinds of component, and what they model.",
    "rules": "The checks, and what each looks at.",
    "completion": "Shell completion for bash, zsh or fish.",
}

WELCOME = """\
sysdesign: one text file holds a system design; this program tells the truth about it.

  sysdesign new shop, check       write a small design to start from; judge the one in this folder
  sysdesign estimate, explain     every number that follows from it, and where it comes from
  sysdesign analyze, simulate     will it carry the load: by formulas, and call by call
  sysdesign failures, cost        what breaks and who feels it; what it costs, and for what
  sysdesign compare, advise       which option is better; what to change
  sysdesign draw, report          pictures that carry the numbers; all of it written up
  sysdesign kinds, rules          the parts a design is made of; what is checked, and why

Start with:  sysdesign new --from twitter && sysdesign check twitter.yaml"""


class LazyGroup(click.Group):
    """Loads the module of a command only when the command is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"sysdesign.cli.commands.{cmd_name}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a near name is suggested."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as trouble:
            from sysdesign.source import nearest

            meant = nearest(args[0], COMMANDS)
            if meant:
                said = f"No such command '{args[0]}'. Did you mean '{meant}'?"
                raise click.UsageError(said, ctx) from trouble
            raise


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example:  sysdesign check --help",
)
@click.version_option(__version__, "-V", "--version", message="sysdesign %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Work out a system design that is held in one text file.

    Nothing is sent anywhere: no network, no telemetry.
    """
    if ctx.invoked_subcommand is None:
        from sysdesign.cli.screen import say

        say(WELCOME)


@cli.result_callback()
@click.pass_context
def _ended(ctx: click.Context, code: Any) -> int:
    """After an answer: what is wrong in parts that were left out of it."""
    if not ctx.meta:
        return code if isinstance(code, int) else 0
    from sysdesign.cli.options import tell_left_out

    return 2 if tell_left_out(ctx.meta) else code if isinstance(code, int) else 0


def run(arguments: list[str]) -> int:
    """Run a command line; returns the exit code."""
    from sysdesign.cli.screen import ClosedPipeError, complain

    try:
        result: Any = cli.main(arguments, prog_name="sysdesign", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.exceptions.Abort:
        return 130
    except click.UsageError as trouble:
        complain(f"sysdesign: {trouble.format_message()}")
        where = trouble.ctx.command_path if trouble.ctx else "sysdesign"
        complain(f"Try:  {where} --help")
        return 2
    except click.ClickException as trouble:
        complain(f"sysdesign: {trouble.format_message()}")
        return 2
    except KeyboardInterrupt:
        return 130
    except (BrokenPipeError, ClosedPipeError):
        # Whoever read our output has gone; keep the interpreter from complaining at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as trouble:  # a full disk: what was read has been told of already
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        complain(f"sysdesign: cannot write the answer: {trouble.strerror or trouble}")
        return 2
    except RecursionError:
        complain("sysdesign: this design is nested too deeply to be worked out")
        return 2
    return result if isinstance(result, int) else 0
