"""`sysdesign new`."""

import os
import shlex
import tempfile
from importlib.resources import files
from pathlib import Path

import click

from sysdesign.cli.screen import complain, say

EXAMPLES = "sysdesign.examples"
SUFFIX = ".yaml"


def examples() -> list[str]:
    """Names of the examples that come with the program."""
    return sorted(f.name.removesuffix(SUFFIX) for f in files(EXAMPLES).iterdir()
                  if f.name.endswith(SUFFIX) and f.name != "start.yaml")  # fmt: skip


def complete_examples(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Examples for shell completion."""
    return [name for name in examples() if name.startswith(incomplete)]


@click.command(epilog="Example:  sysdesign new shop")
@click.argument("name", required=False)
@click.option("--from", "example", metavar="EXAMPLE", shell_complete=complete_examples,
              help="Copy an example: twitter, url_shortener, retry_storm, "
                   "one_million_users.")  # fmt: skip
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def command(name: str | None, example: str | None, force: bool) -> int:
    """Write a small design that passes, with comments that teach the format."""
    if name is None and example is None:
        raise click.UsageError("a name is missing: sysdesign new shop")
    if example is not None and example not in examples():
        from sysdesign.source import nearest

        meant = nearest(example, examples())
        hint = f"Did you mean '{meant}'?" if meant else f"There are: {', '.join(examples())}."
        raise click.UsageError(f"No such example '{example}'. {hint}")
    if (name or "").startswith("-"):
        raise click.UsageError(f"'{name}' would be taken for an option; call the design otherwise")
    path = Path(name or str(example))
    if path.suffix not in (".yaml", ".yml"):
        path = path.with_name(path.name + SUFFIX)
    text = files(EXAMPLES).joinpath(f"{example or 'start'}{SUFFIX}").read_text(encoding="utf-8")
    if example is None:
        text = text.replace("Small shop", _title(path.stem), 1)
    if path.exists() and not force:
        complain(f"sysdesign: {path} is there already; --force writes over it")
        return 2
    try:
        _write(path, text)
    except OSError as trouble:
        complain(f"sysdesign: {path} cannot be written: {trouble.strerror or trouble}")
        return 2
    say(f"Wrote {path}. Next:  sysdesign check {shlex.quote(str(path))}")
    return 0


def _title(stem: str) -> str:
    """A name for people, that needs no quotes in YAML."""
    words = "".join(c if c.isalnum() else " " for c in stem).split()
    text = " ".join(words) or "Design"
    return text[0].upper() + text[1:] if text[0].isalpha() else f"Design {text}"


def _write(path: Path, text: str) -> None:
    """Write whole or not at all: to a file beside it, then renamed."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
