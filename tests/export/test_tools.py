"""The real tools take every export: of the examples, of hostile texts, of words they reserve.

Each runs where it is installed: `d2` and `plantuml` on the path (C4 asks for a PlantUML that brings
its library along), `structurizr` on the path, and for Mermaid a folder with `node_modules` of
`mermaid` and `jsdom`, named by SYSDESIGN_MERMAID. See docs/exports.md.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sysdesign.design.names import RESERVED
from sysdesign.export import all_formats, export
from sysdesign.workbench import open_design, study_text
from tests.export.designs import PHOTOS
from tests.export.hostile import TEXTS, model
from tests.markdown import ROOT

pytestmark = pytest.mark.slow

HOSTILE = TEXTS[::2]
"""Every other one: each costs half a second. All of them are read back in test_hostile."""

MERMAID = """
import { JSDOM } from 'jsdom';
import fs from 'node:fs';
const dom = new JSDOM('<!DOCTYPE html><body></body>');
globalThis.window = dom.window; globalThis.document = dom.window.document;
const { default: mermaid } = await import('mermaid');
mermaid.initialize({ startOnLoad: false });
for (const file of process.argv.slice(1)) {
  try { await mermaid.parse(fs.readFileSync(file, 'utf8')); }
  catch (error) { console.log('BAD', file, String(error.message ?? error).slice(0, 300)); }
}
"""


def reserved() -> list[str]:
    """Every word that some format reserves, as far as a design can have it for a name."""
    from importlib import import_module

    words: set[str] = set()
    for name in all_formats():
        words |= import_module(f"sysdesign.export.formats.{name}")._RESERVED
    return sorted(w for w in words if re.fullmatch(r"[a-z][a-z0-9_]*", w) and w not in RESERVED)


def words_design() -> str:
    words = reserved()
    entities = "\n".join(
        f"  e_{w}: {{store: {w}, size: 1 kB, fields: {{{w}: int}}}}" for w in words
    )
    parts = "\n".join(f"  {w}: {{kind: service, part_of: {w}}}" for w in words)
    return (
        "sysdesign: 1\nproblem: {name: end, actors: {caller: {wants: end}}}\n"
        f"operations:\n  go: {{actor: caller, rate: 5 req/s, path: [{', '.join(words)}]}}\n"
        f"data:\n{entities}\ncomponents:\n{parts}\n"
    )


@pytest.fixture(scope="module")
def texts(tmp_path_factory) -> Path:
    """Every view of every format of all of them, as files."""
    folder = Path(tmp_path_factory.mktemp("exports"))
    studies = {
        path.stem: open_design(str(path)).study for path in (ROOT / "examples").glob("*.yaml")
    }
    studies |= {"photos": study_text(PHOTOS), "words": study_text(words_design())}
    for stem, study in studies.items():
        for name, found in all_formats().items():
            for view in found.views:
                for one in study.design.operations if view.name == "sequence" else ("",):
                    text = export(study, name, f"{view.name}:{one}" if one else view.name).text
                    (folder / f"{stem}-{view.name}-{one}{found.suffix}").write_text(text, "utf-8")
    for number, text in enumerate(HOSTILE):
        for found in all_formats().values():
            for view in found.views:
                file = folder / f"hostile{number}-{view.name}-{found.suffix}"
                file.write_text(view.write(model(text), ("x",), "order"), "utf-8")
    return folder


def ran(*command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "JAVA_TOOL_OPTIONS": "-Djava.awt.headless=true"}
    return subprocess.run([str(c) for c in command], cwd=cwd, env=env, check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip


def tool(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def test_d2_takes_them(texts):
    d2 = tool("d2")
    files = sorted(texts.glob("*.d2"))
    assert len(files) > len(HOSTILE)
    assert [
        (f.name, done.stdout) for f in files if (done := ran(d2, "validate", f)).returncode
    ] == []


def test_d2_shows_hostile_texts_as_they_are(texts, tmp_path):
    d2 = tool("d2")
    for number in range(0, len(HOSTILE), 4):
        picture = tmp_path / "x.svg"
        done = ran(d2, texts / f"hostile{number}-components-.d2", picture)
        assert done.returncode == 0, done.stdout
        assert shown(HOSTILE[number]) in shown(strip(picture.read_text("utf-8")))


def test_plantuml_takes_sequences(texts):
    done = ran(tool("plantuml"), "-checkonly", *sorted(texts.glob("*-sequence-*.puml")))
    assert done.returncode == 0, done.stdout


def test_plantuml_takes_container_diagrams(texts, tmp_path):
    plantuml = tool("plantuml")
    probe = tmp_path / "probe.puml"
    probe.write_text("@startuml\n!include <C4/C4_Container>\nContainer(a, b)\n@enduml\n", "utf-8")
    if ran(plantuml, "-checkonly", probe).returncode:
        pytest.skip("this plantuml does not bring C4 along")
    done = ran(plantuml, "-checkonly", *sorted(texts.glob("*-components-*.puml")))
    assert done.returncode == 0, done.stdout


def test_plantuml_refuses_what_is_wrong(tmp_path):
    bad = tmp_path / "bad.puml"
    bad.write_text("@startuml\n garbage {{ here\n@enduml\n", "utf-8")
    assert ran(tool("plantuml"), "-checkonly", bad).returncode != 0


def test_mermaid_takes_them(texts):
    folder = os.environ.get("SYSDESIGN_MERMAID")
    if not folder:
        pytest.skip("SYSDESIGN_MERMAID names no folder with node_modules of mermaid and jsdom")
    bad = texts / "bad.txt"
    bad.write_text("flowchart TB\n a -->\n", "utf-8")
    files = sorted(texts.glob("*.mmd"))
    done = ran(
        tool("node"), "--input-type=module", "-e", MERMAID, "--", bad, *files, cwd=Path(folder)
    )
    said = [line for line in done.stdout.splitlines() if line.startswith("BAD")]
    assert len(said) == 1, done.stdout
    assert str(bad) in said[0]


def test_structurizr_takes_them(texts):
    structurizr = tool("structurizr")
    files = [f for f in sorted(texts.glob("*.dsl")) if not re.match(r"hostile\d*[1-9]-", f.name)]
    assert len(files) > 8
    bad = [(f.name, done.stdout) for f in files
           if (done := ran(structurizr, "validate", "-workspace", f)).returncode]  # fmt: skip
    assert bad == []


def strip(svg: str) -> str:
    from html import unescape

    body = re.sub(r"<(style|defs)\b.*?</\1>", "", svg, flags=re.S)
    return unescape("".join(re.findall(r">([^<]*)<", body)))


def shown(text: str) -> str:
    return re.sub(r"\s+", "", text.replace("\N{NO-BREAK SPACE}", " "))
