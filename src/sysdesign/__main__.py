"""`python -m sysdesign` and the command `sysdesign`."""

import sys


def main() -> None:
    """Run the command line; the exit code is 0 clean, 1 findings, 2 unusable file or call."""
    from sysdesign.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
