"""Graphviz, compiled once for this machine and kept in the user's cache directory.

Compiling takes seconds, reading back what was compiled takes milliseconds. What is read back is run
as machine code, so a file is trusted only where it belongs to this user, no one else can write it,
and its contents have the digest that it states. Anything else is compiled anew.
"""

import hashlib
import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import Any

FOLDER = "sysdesign"
_MAGIC = b"sysdesign compiled 1\n"
_KEPT = 3  # files of other versions that stay


def cache_folder() -> Path | None:
    """Where this system keeps what can be made anew; None where there is no home."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    if named and Path(named).is_absolute():
        return Path(named) / FOLDER
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", "")
        return Path(local) / FOLDER / "Cache" if local else None
    try:
        home = Path.home()
    except RuntimeError:
        return None
    below = ("Library", "Caches") if sys.platform == "darwin" else (".cache",)
    return home.joinpath(*below, FOLDER)


def module(engine: Any, wasm: Path, version: str) -> Any:
    """The compiled module of a WebAssembly file, from the cache if it can be trusted.

    `version` is that of the runtime. Raises what the runtime raises if the file does not compile.
    """
    import wasmtime

    code = wasm.read_bytes()
    folder = cache_folder()
    if folder is None:
        return wasmtime.Module(engine, code)
    key = hashlib.sha256(code + version.encode() + sys.platform.encode()).hexdigest()[:24]
    path = folder / f"graphviz-{key}.compiled"
    kept = read_trusted(path)
    if kept is not None:
        try:
            return wasmtime.Module.deserialize(engine, kept)
        except wasmtime.WasmtimeError:
            pass  # of another processor, or of another build of the runtime
    made = wasmtime.Module(engine, code)
    write_private(path, bytes(made.serialize()))
    return made


def read_trusted(path: Path) -> bytes | None:
    """What `write_private` wrote; None if it is missing, damaged, or could be another's."""
    try:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not (_is_ours(os.fstat(file.fileno())) and _is_ours(path.parent.stat())):
                return None
            head, body = file.read(len(_MAGIC) + 64), file.read()
    except OSError:
        return None
    stated = _MAGIC + hashlib.sha256(body).hexdigest().encode()
    return body if head == stated else None


def _is_ours(status: os.stat_result) -> bool:
    """Whether only this user can have written it; Windows keeps the folder itself private."""
    if not hasattr(os, "getuid"):
        return True
    foreign = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return status.st_uid == os.getuid() and not foreign


def write_private(path: Path, body: bytes) -> None:
    """Write whole or not at all, for this user only; a folder that cannot be written is no harm."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".compiling-", dir=path.parent)
    except OSError:
        return
    scratch = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_MAGIC + hashlib.sha256(body).hexdigest().encode() + body)
        scratch.replace(path)
        _tidy(path)
    except OSError:
        scratch.unlink(missing_ok=True)


def _tidy(newest: Path) -> None:
    """Remove what other versions left, the oldest first."""
    others = [p for p in newest.parent.glob("graphviz-*.compiled") if p != newest]
    others.sort(key=lambda p: (p.stat().st_mtime, p.name))
    for path in others[:-_KEPT]:
        path.unlink(missing_ok=True)
