"""Files and standard input to sources; the only design of a folder."""

import os
import sys
import tempfile
from pathlib import Path

from sysdesign.source import Problem, Source, Span, UnusableError, place_after

SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 20_000_000


class SearchError(Exception):
    """No design file, or more than one, where one was looked for."""


def read_source(path: str) -> Source:
    """Text of a file, or of standard input for "-"; a byte order mark and CRLF do not matter.

    Raises
    ------
    UnusableError
        where the file is not there, is a folder, too large, or not UTF-8 (or UTF-16 with its mark).
    """
    name = "(standard input)" if path == "-" else path
    try:
        data = sys.stdin.buffer.read(MAX_BYTES + 1) if path == "-" else _bytes_of(Path(path))
    except OSError as trouble:
        reason = trouble.strerror or str(trouble)
        raise _unusable(name, "file", f"cannot be read: {reason}") from None
    except ValueError:  # a path with a null character
        raise _unusable(repr(name), "file", "cannot be read: no such path") from None
    if len(data) > MAX_BYTES:
        raise _unusable(
            name, "size", f"larger than {MAX_BYTES // 10**6} MB; a design is a text of some kB"
        )
    return Source(name, _decoded(name, data))


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _decoded(name: str, data: bytes) -> str:
    is_wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    encoding, said_as = ("utf-16", "UTF-16") if is_wide else ("utf-8-sig", "UTF-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as trouble:
        before = data[: trouble.start].decode(encoding, "replace")
        line, column = place_after(before)
        source = Source(name, data.decode(encoding, "replace"))
        column = max(1, min(column, len(source.line(line))))
        at = Span(line, column, line, column + 1, source)
        said = f"byte {data[trouble.start]:#04x} is not {said_as}; save the file as UTF-8"
        raise UnusableError([Problem("encoding", said, at)]) from None


def _unusable(name: str, code: str, message: str) -> UnusableError:
    return UnusableError([Problem(code, message, Span(1, 1, 1, 1, Source(name, "")))])


def beginning(path: Path, most: int) -> bytes:
    """The first bytes of a file; none of what is not there, no file, or cannot be read."""
    try:
        if not path.is_file():  # a pipe would not answer
            return b""
        with path.open("rb") as file:
            return file.read(most)
    except (OSError, ValueError):
        return b""


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: to one beside it, then renamed.

    What is no file (a pipe, a terminal) is written to; a link keeps leading to where it leads.

    Raises
    ------
    OSError
        where the folder is not there or cannot be written; then nothing is left behind.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def find_design(folder: Path) -> str:
    """The only design file of a folder.

    A design is a .yaml or .yml file with a line that starts with ``sysdesign:``.

    Raises
    ------
    SearchError
        saying what was looked for and found.
    """
    found = [
        p
        for p in sorted(folder.iterdir())
        if p.suffix in SUFFIXES and p.is_file() and _is_design(p)
    ]
    if len(found) == 1:
        return found[0].name
    if found:
        names = ", ".join(p.name for p in found)
        raise SearchError(f"more than one design here ({names}); name the one you mean")
    raise SearchError(
        "no design here: looked for a .yaml or .yml file with a line `sysdesign: 1`; "
        "`sysdesign new NAME` writes one"
    )


def _is_design(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return any(
                line.startswith("sysdesign:") for _, line in zip(range(200), file, strict=False)
            )
    except OSError:
        return False
