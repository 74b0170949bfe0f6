"""`python -m sysdesign` and the command `sysdesign`."""

import gc
import sys

_RARELY = 100_000
"""New objects before a collection: a run makes many records that all stay until its end."""


def main() -> None:
    """Run the command line; the exit code is 0 clean, 1 findings, 2 unusable file or call."""
    gc.set_threshold(_RARELY)
    from sysdesign.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
