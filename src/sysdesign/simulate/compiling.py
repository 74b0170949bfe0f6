"""The kernel, compiled by Numba or interpreted from the same source.

Compiling takes half a minute, reading back what was compiled half a second. What is read back is
run as machine code: it is kept in a folder of the user's cache that only this user can write, named
by a digest of all sources of the kernel and of what compiled them; Numba itself would not see that
a function in another file has changed.
"""

from __future__ import annotations

import gc
import importlib
import os
import platform
import stat
import sys
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

PACKAGE = "sysdesign.simulate.kernel"
_SAME = ("layout", "addresses")  # modules of it that are so for both ways
_BESIDE = ("machine.py", "whole.py", "compiling.py")  # what else makes it what it is
_KEPT = 2  # folders of other versions that stay
_interpreting = [False]
_keeping = [False]


def is_available() -> bool:
    """Whether Numba is installed and wanted."""
    wanted = os.environ.get("SYSDESIGN_INTERPRETED", "") in ("", "0")
    return wanted and find_spec("numba") is not None


def is_interpreting() -> bool:
    """Whether the kernel that is being imported is to be interpreted."""
    return _interpreting[0]


def jit(function: F) -> F:
    """Compile a function of the kernel; nothing where it is to be interpreted."""
    return _part(function, inside=False)


def inside(function: F) -> F:
    """As `jit`; its code is put wherever it is called: for the ways that most calls take."""
    return _part(function, inside=True)


def _part(function: F, *, inside: bool) -> F:
    if _interpreting[0]:
        return function
    return _njit(
        function, part=True, forceinline=inside, no_cpython_wrapper=True, no_cfunc_wrapper=True
    )


def entry(function: F) -> F:
    """As `jit`, for what is called from outside; what is compiled is kept where that is safe."""
    if _interpreting[0]:
        return function
    return _njit(function, part=False, cache=_keeping[0], nogil=True)


def _njit(function: F, *, part: bool, **options: Any) -> F:
    import numba

    from sysdesign.simulate import whole

    options |= {"error_model": "numpy", "no_rewrites": True}
    made: Any = numba.njit(pipeline_class=whole.pipeline(part=part), **options)(function)
    return made  # type: ignore[no-any-return]


def is_compiled() -> bool:
    """Whether the kernel was compiled before, so that no half minute passes."""
    folder = _folder()
    return folder is not None and any(folder.glob("**/loop.advance-*.nbc"))


@cache
def kernel(*, interpreted: bool) -> Any:
    """The functions of the kernel: `start` and `advance`.

    The package of its sources is imported once for each of the two ways.
    """
    _forget()
    _interpreting[0] = interpreted
    collects = gc.isenabled()
    gc.disable()  # Numba makes very many objects that stay
    try:
        if not interpreted:
            _keep()
        loop = importlib.import_module(f"{PACKAGE}.loop")
        return loop if interpreted else _compiled(loop)
    finally:
        if collects:
            gc.enable()
        _interpreting[0] = False
        _forget()


def _compiled(loop: Any) -> Any:
    """The functions of the kernel, compiled or read back."""
    from numba import float64, int64

    loop.start.compile((int64[::1],))
    loop.advance.compile((int64[::1], float64))
    return SimpleNamespace(
        start=lambda machine: loop.start(_addresses(machine)),
        advance=lambda machine, until: loop.advance(_addresses(machine), until),
    )


def _forget() -> None:
    """Modules that are not the same for both ways are imported anew."""
    for name in [n for n in sys.modules if n.startswith(PACKAGE + ".")]:
        if name.rpartition(".")[2] not in _SAME:
            del sys.modules[name]


def _addresses(machine: Any) -> Any:
    """Where the numbers of each array begin; the arrays have to outlive it."""
    import numpy as np

    return np.array([array.__array_interface__["data"][0] for array in machine], np.int64)


def _keep() -> None:
    """Have Numba keep what it compiles, where that is safe."""
    from numba import config

    folder = _folder()
    _keeping[0] = folder is not None and _is_ready(folder)
    if _keeping[0]:
        setattr(config, "CACHE_DIR", str(folder))  # noqa: B010 - it has no types


def _folder() -> Path | None:
    """Where this kernel, compiled for this machine, is kept; None where there is no home."""
    from numba import __version__ as numba_version
    from numpy import __version__ as numpy_version

    base = _cache_folder()
    if base is None:
        return None
    digest = sha256()
    here = Path(__file__).parent
    for path in (*sorted(here.joinpath("kernel").glob("*.py")), *map(here.joinpath, _BESIDE)):
        digest.update(path.read_bytes())
    for word in (sys.version, numba_version, numpy_version, platform.machine(), _processor()):
        digest.update(word.encode() + b"\0")
    return base / "numba" / digest.hexdigest()[:24]


def _processor() -> str:
    import llvmlite.binding as llvm

    return str(llvm.get_host_cpu_name())


def _cache_folder() -> Path | None:
    """Where this system keeps what can be made anew; None where there is no home."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    if named and Path(named).is_absolute():
        return Path(named) / "sysdesign"
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", "")
        return Path(local) / "sysdesign" / "Cache" if local else None
    try:
        home = Path.home()
    except RuntimeError:
        return None
    below = ("Library", "Caches") if sys.platform == "darwin" else (".cache",)
    return home.joinpath(*below, "sysdesign")


def _is_ready(folder: Path) -> bool:
    """Whether the folder is there, and is ours alone."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ours = all(_is_ours(path.stat()) for path in (folder, folder.parent))
        others = [p for p in folder.parent.iterdir() if p != folder]
        others.sort(key=lambda p: (p.stat().st_mtime, p.name))
    except OSError:
        return False
    if ours:
        for path in others[:-_KEPT]:
            _remove(path)
    return ours and os.access(folder, os.W_OK)


def _is_ours(status: os.stat_result) -> bool:
    """Whether only this user can have written it; Windows keeps the folder itself private."""
    if not hasattr(os, "getuid"):
        return True
    foreign = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return status.st_uid == os.getuid() and not foreign


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
