"""Every way in which an engine can fail leads to a picture all the same."""

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sysdesign.draw import layout
from sysdesign.draw.placing import compiled, host, laid_out
from sysdesign.draw.placing.host import EngineError
from tests.draw.samples import platform, random_graph, shortener, timeline
from tests.draw.truths import assert_true

SOURCE = Path(compiled.__file__).parents[3]


def engines(monkeypatch, *found):
    monkeypatch.setattr(laid_out, "ENGINES", found)


@pytest.mark.parametrize(
    "made", [shortener(), timeline(), platform(60), random_graph(3, 20), random_graph(7, 40)]
)
def test_without_any_engine(made, monkeypatch):
    engines(monkeypatch)
    placed = layout(made)
    assert placed.engine == "grid"
    assert_true(placed)


@pytest.mark.slow
def test_large_without_any_engine(monkeypatch):
    engines(monkeypatch)
    assert_true(layout(random_graph(27, 300)))


def test_without_the_runtime(monkeypatch):
    """As on a platform that wasmtime has no wheel for."""
    monkeypatch.setitem(sys.modules, "wasmtime", None)
    monkeypatch.setattr(host, "_engines", {})
    monkeypatch.setenv("PATH", "")
    placed = layout(timeline())
    assert placed.engine == "grid"
    assert "cannot start" in placed.remarks[0]
    assert "no dot" in placed.remarks[1]
    assert_true(placed)


def test_time_limit():
    """An engine that is stopped is gone; the next layout is not spoilt by it."""
    placed = layout(platform(60), time_limit_s=0.001)
    assert placed.engine == "grid"
    assert_true(placed)
    assert layout(shortener()).engine == "graphviz"


def test_stopped_in_the_middle():
    big = (
        "digraph{"
        + ";".join(f"a{i}->a{(i * 7 + j) % 900}" for i in range(900) for j in range(1, 9))
        + "}"
    )
    with pytest.raises(EngineError, match=r"took more than 0\.2 s"):
        host.graphviz(big, 0.2)
    assert json.loads(host.graphviz("digraph{a->b}", 10))["name"]


@pytest.mark.parametrize("bad", ["digraph{", "", "\0", "digraph{a->}"])
def test_refused(bad):
    with pytest.raises(EngineError):
        host.graphviz(bad, 5)


def spoil(change):
    """An engine that answers, but wrongly."""

    def engine(dot, limit_s, program):
        answer = json.loads(host.graphviz(dot, limit_s, program))
        change(answer)
        return json.dumps(answer)

    return engine


def onto_each_other(answer):
    for item in answer["objects"]:
        if "pos" in item:
            item["pos"] = "10,10"


def nowhere(answer):
    answer["objects"][-1]["pos"] = "nan,inf"


def cut_short(answer):
    del answer["objects"][-1]


def out_of_frame(answer):
    frame = next(item for item in answer["objects"] if item["name"].startswith("cluster"))
    frame["bb"] = "0,0,1,1"


def astray(answer):
    answer["edges"][0]["pos"] = "9000,9000 9001,9001 9002,9002 9003,9003"


@pytest.mark.parametrize("change", [onto_each_other, nowhere, cut_short, out_of_frame, astray])
def test_nonsense_is_noticed(change, monkeypatch):
    engines(monkeypatch, ("graphviz", spoil(change)))
    placed = layout(timeline())
    assert placed.engine == "grid"
    assert_true(placed)


@pytest.mark.parametrize(
    "answer", ["", "[]", "{}", '{"bb": 3}', "null", '{"bb": "0,0,1,1", "objects": [3]}']
)
def test_no_answer_at_all(answer, monkeypatch):
    engines(monkeypatch, ("graphviz", lambda *_: answer))
    placed = layout(timeline())
    assert placed.engine == "grid"
    assert_true(placed)


def test_labels_fail_but_the_rest_stands(monkeypatch):
    """The second pass is wrong: the first is taken, and its labels are placed by ourselves."""

    def engine(dot, limit_s, program):
        answer = json.loads(host.graphviz(dot, limit_s, program))
        if "xxxx" in dot.split("n0 ->")[-1] and any("lp" in edge for edge in answer["edges"]):
            onto_each_other(answer)
        return json.dumps(answer)

    engines(monkeypatch, ("graphviz", engine))
    placed = layout(timeline())
    assert placed.engine == "graphviz"
    assert_true(placed)


def test_the_next_engine_is_asked(monkeypatch):
    def broken(*_):
        raise EngineError("out of order")

    engines(monkeypatch, ("graphviz", broken), ("dot", host.graphviz))
    placed = layout(timeline())
    assert placed.engine == "dot"
    assert placed.remarks == ("out of order",)
    assert_true(placed)


def test_local_dot(monkeypatch, tmp_path):
    """A `dot` on the PATH is fed by its standard input; one that fails is an error, not a crash."""
    program = tmp_path / "dot"
    program.write_text('#!/bin/sh\necho "$@" > "$0.called"\ncat > /dev/null\nexit 3\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin{os.pathsep}/usr/bin")
    with pytest.raises(EngineError, match="the local dot failed"):
        host.local_dot("digraph{}", 5)
    assert (tmp_path / "dot.called").read_text().split() == ["-Kdot", "-Tjson0"]


# The cache of the compiled module


@pytest.fixture
def cache(monkeypatch, tmp_path):
    folder = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder / "sysdesign"


posix = pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions of POSIX")


def test_cache_keeps_bytes(cache):
    path = cache / "graphviz-1.compiled"
    compiled.write_private(path, b"module")
    assert compiled.read_trusted(path) == b"module"
    assert [p.name for p in cache.iterdir()] == ["graphviz-1.compiled"]


@posix
def test_cache_is_private(cache):
    path = cache / "graphviz-1.compiled"
    compiled.write_private(path, b"module")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700


@pytest.mark.parametrize("damage", [b"", b"x", b"sysdesign compiled 1\n" + b"0" * 64 + b"other"])
def test_damaged_cache(cache, damage):
    path = cache / "graphviz-1.compiled"
    cache.mkdir(parents=True)
    path.write_bytes(damage)
    assert compiled.read_trusted(path) is None


def test_one_bit_is_noticed(cache):
    path = cache / "graphviz-1.compiled"
    compiled.write_private(path, b"module" * 100)
    raw = bytearray(path.read_bytes())
    raw[-7] ^= 1
    path.write_bytes(raw)
    assert compiled.read_trusted(path) is None


@posix
@pytest.mark.parametrize("who", ["file", "folder"])
def test_what_others_can_write_is_not_run(cache, who):
    path = cache / "graphviz-1.compiled"
    compiled.write_private(path, b"module")
    target = path if who == "file" else cache
    target.chmod(0o777)
    assert compiled.read_trusted(path) is None


@posix
def test_a_link_is_not_followed(cache, tmp_path):
    compiled.write_private(tmp_path / "elsewhere" / "real", b"module")
    cache.mkdir(parents=True)
    (cache / "graphviz-1.compiled").symlink_to(tmp_path / "elsewhere" / "real")
    assert compiled.read_trusted(cache / "graphviz-1.compiled") is None


def test_old_ones_are_removed(cache):
    for i in range(8):
        compiled.write_private(cache / f"graphviz-{i}.compiled", b"module")
    assert len(list(cache.iterdir())) == 4


def test_a_folder_that_cannot_be(cache):
    cache.parent.mkdir(parents=True)
    cache.write_text("a file where the folder should be")
    compiled.write_private(cache / "graphviz-1.compiled", b"module")
    assert compiled.read_trusted(cache / "graphviz-1.compiled") is None


_DRAW = (
    "from sysdesign.draw import *; made = Diagram('x', (Node('a', 'A'),), (), (Link('a', 'a'),)); "
    "p = layout(made); print(p.engine, p.remarks)"
)


def drawn(folder):
    """A fresh process that draws with a cache folder."""
    path = os.pathsep.join([str(SOURCE), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-c", _DRAW], env={**os.environ, "XDG_CACHE_HOME": str(folder), "PYTHONPATH": path},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


@pytest.mark.slow
def test_a_whole_life_of_the_cache(tmp_path):
    """Made, used, foreign (valid digest, not a module), and made anew."""
    assert drawn(tmp_path) == "graphviz ()"
    (path,) = (tmp_path / "sysdesign").iterdir()
    good = path.read_bytes()
    assert drawn(tmp_path) == "graphviz ()"
    assert path.read_bytes() == good
    path.unlink()
    compiled.write_private(path, b"not machine code")
    assert drawn(tmp_path) == "graphviz ()"
    assert len(path.read_bytes()) > 1_000_000


def test_threads_do_not_stop_each_other():
    """One thread runs into its time limit while others draw."""
    big = (
        "digraph{"
        + ";".join(f"a{i}->a{(i * 7 + j) % 900}" for i in range(900) for j in range(1, 9))
        + "}"
    )

    def stopped():
        with pytest.raises(EngineError):
            host.graphviz(big, 0.3)
        return "stopped"

    with ThreadPoolExecutor(4) as pool:
        slow = [pool.submit(stopped) for _ in range(2)]
        quick = [pool.submit(layout, shortener()) for _ in range(6)]
        assert [q.result().engine for q in quick] == ["graphviz"] * 6
        assert [s.result() for s in slow] == ["stopped"] * 2
