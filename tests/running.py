"""The program as a person would call it: in this process, or as a process of its own."""

import os
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from unittest.mock import patch

from sysdesign.cli.main import run

SURROUNDINGS = {"NO_COLOR": "1", "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"}


def python(*arguments: str, cwd: Path | None = None, **environment: str) -> tuple[int, str]:
    """Exit code of a Python process, and what it printed on both streams together."""
    env = {**os.environ, **SURROUNDINGS, **environment}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=env, check=False, encoding="utf-8",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout


def sysdesign(*arguments: str, cwd: Path | None = None, **environment: str) -> tuple[int, str]:
    """The same for the command line of the program."""
    return python("-m", "sysdesign", *arguments, cwd=cwd, **environment)


def answer(*arguments: str, cwd: Path | None = None, columns: int = 100) -> tuple[int, str]:
    """The same without a new process: for what the program says, not how it starts and ends."""
    told = TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True)
    with (
        patch.dict(os.environ, SURROUNDINGS | {"COLUMNS": str(columns)}),
        chdir(cwd or Path.cwd()), redirect_stdout(told), redirect_stderr(told),
    ):  # fmt: skip
        code = run(list(arguments))
    return code, told.buffer.getvalue().decode("utf-8")
