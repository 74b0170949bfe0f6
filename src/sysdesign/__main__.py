"""`python -m sysdesign` and the command `sysdesign`."""

import gc
import os
import sys

_RARELY = 300_000
"""New objects before a collection: a run makes many records that all stay until its end."""


def main() -> None:
    """Run the command line; the exit code is 0 clean, 1 findings, 2 unusable file or call."""
    gc.set_threshold(_RARELY)
    from sysdesign.cli.main import run

    code = run(sys.argv[1:])
    if sys.getprofile() or sys.gettrace():  # who looks on wants to see the end
        sys.exit(code)
    _leave(code)


def _leave(code: int) -> None:
    """End at once: taking a hundred thousand objects apart first is a tenth of a `check`."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):  # whoever read it has gone, which has been said
            code = code or 2
    os._exit(code)


if __name__ == "__main__":
    main()
