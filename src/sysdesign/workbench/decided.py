"""What a simulation decides for `check`: kept in the user's cache while the design is the same.

A verdict is kept under a hash of the text of the design, of what was changed on the command line,
of the version of the program and of what was asked for. It lies in the user's cache directory and
not beside the design, so that no repository fills with files and nobody else's file is believed: it
is read only where it is this user's alone and has the digest that it states.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sysdesign.draw.placing.compiled import cache_folder, read_trusted, write_private
from sysdesign.review.statements import needs_simulation
from sysdesign.study import Study
from sysdesign.study.study import Decided
from sysdesign.version import __version__
from sysdesign.workbench.bench import Workbench
from sysdesign.workbench.simulation import STEADY, Asked, simulate

if TYPE_CHECKING:
    from sysdesign.simulate.watch import Watch

_FORM = "verdicts 1"
_FOLDER = "simulated"
_KEPT = 200
_LONGEST = 4000  # characters of a sentence

Verdicts = Mapping[tuple[str, str, str], Decided]


def decided(bench: Workbench, watch: "Watch", asked: Asked) -> Workbench:
    """The design with every statement decided that a simulation can decide.

    Scenarios are run that `also_in` names, and the steady state where a formula is not to be
    trusted; what is known from before is not run again.
    """
    wanted = needs_simulation(bench.study)
    if not wanted:
        return bench
    path = _path(bench.study, asked)
    known = dict(_read(path)) if path is not None else {}
    missing = [name for name in wanted if not any(key[2] == name for key in known)]
    for name in missing:
        if watch.is_stopped:
            break
        done = simulate(bench, replace(asked, scenarios=(name,) if name != STEADY else ()), watch)
        if watch.is_stopped:
            break
        for run in done.runs:
            for test in run.tests:
                said = Decided(test.holds, test.said)
                known[test.requirement, test.statement.text, name] = said
        known.setdefault(("", "", name), Decided(None, ""))
    if path is not None and missing and not watch.is_stopped:
        _write(path, known)
    return Workbench(replace(bench.study, decided=known), bench.today, bench.patches)


def _path(study: Study, asked: Asked) -> Path | None:
    """Where the verdicts of a design lie."""
    folder = cache_folder()
    if folder is None:
        return None
    parts = (_FORM, __version__, study.source.text, repr(asked.set), repr(study.load),
             repr(asked.precision), repr(asked.seed))  # fmt: skip
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    for text in _traces(study):
        digest.update(text)
    return folder / _FOLDER / f"{digest.hexdigest()[:32]}.json"


def _traces(study: Study) -> Sequence[bytes]:
    """Files that hold load over time; a missing one is told when it is run."""
    found = []
    for operation in study.design.operations.values():
        if operation.shape is not None and operation.shape.file is not None:
            path = Path(study.source.name).parent / str(operation.shape.file)
            try:
                found.append(path.read_bytes()[:20_000_000])
            except (OSError, ValueError):
                found.append(b"")
    return found


def _read(path: Path) -> Verdicts:
    """Verdicts of a file; none of one that is missing, another's, damaged, or of another form."""
    data = read_trusted(path)
    if data is None:
        return {}
    try:
        rows: Any = json.loads(data)
        return {_key(row): _verdict(row) for row in rows["verdicts"]}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def _key(row: Any) -> tuple[str, str, str]:
    first, test, scenario = (row[name] for name in ("requirement", "test", "scenario"))
    if not all(isinstance(part, str) for part in (first, test, scenario)):
        raise TypeError("names are texts")
    return first, test, scenario


def _verdict(row: Any) -> Decided:
    holds, said = row["holds"], row["said"]
    if not (holds is None or isinstance(holds, bool)) or not isinstance(said, str):
        raise TypeError("a verdict is true, false or null, with a sentence")
    return Decided(holds, said[:_LONGEST])


def _write(path: Path, known: Verdicts) -> None:
    rows = [
        {"requirement": key[0], "test": key[1], "scenario": key[2], "holds": one.holds,
         "said": one.said}
        for key, one in known.items()
    ]  # fmt: skip
    write_private(path, json.dumps({"form": _FORM, "verdicts": rows}).encode("utf-8"))
    _tidy(path.parent)


def _tidy(folder: Path) -> None:
    """Remove the oldest where there are many."""
    try:
        files = sorted(folder.glob("*.json"), key=lambda p: (p.stat().st_mtime, p.name))
        for old in files[:-_KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return
