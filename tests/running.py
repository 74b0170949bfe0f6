"""The program as a process of its own, as a person would start it."""

import os
import subprocess
import sys
from pathlib import Path


def python(*arguments: str, cwd: Path | None = None, **environment: str) -> tuple[int, str]:
    """Exit code of a Python process, and what it printed on both streams together."""
    env = {
        **os.environ,
        "NO_COLOR": "1",
        "PYTHONIOENCODING": "utf-8",
        "COLUMNS": "100",
        **environment,
    }
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=env, check=False, encoding="utf-8",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout


def sysdesign(*arguments: str, cwd: Path | None = None, **environment: str) -> tuple[int, str]:
    """The same for the command line of the program."""
    return python("-m", "sysdesign", *arguments, cwd=cwd, **environment)
