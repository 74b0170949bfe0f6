"""Write the generated files; with --check, name those that are stale and exit 1.

python -m tools.generate [--check]
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = "docs/reference"


def schema() -> dict[str, str]:
    """JSON Schema of the design file, for editors."""
    from sysdesign.read.schema import schema_text

    return {"sysdesign.schema.json": schema_text()}


def format_page() -> dict[str, str]:
    """Every section and key of the design file."""
    from sysdesign.read.format_page import page

    return {f"{REFERENCE}/format.md": page()}


def kinds() -> dict[str, str]:
    """Component kinds, a page each."""
    from sysdesign.kinds import all_kinds
    from sysdesign.kinds.page import index, page

    known = all_kinds()
    pages = {f"{REFERENCE}/kinds/{name}.md": page(kind) for name, kind in known.items()}
    return {f"{REFERENCE}/kinds.md": index(known), **pages}


def rates() -> dict[str, str]:
    """Cited base rates."""
    from sysdesign.rates import page

    return {f"{REFERENCE}/rates.md": page()}


def rules() -> dict[str, str]:
    """Checks, a page each."""
    from sysdesign.review.pages import index, pages

    each = {f"{REFERENCE}/rules/{rule}.md": text for rule, text in pages().items()}
    return {f"{REFERENCE}/rules.md": index(), **each}


def simulation() -> dict[str, str]:
    """What the simulation models, and what not."""
    from sysdesign.simulate.modelled import page

    return {f"{REFERENCE}/simulation.md": page()}


def examples() -> dict[str, str]:
    """Copies of the examples that come with the package, for `sysdesign new`."""
    found = sorted((ROOT / "examples").glob("*.yaml"))
    return {f"src/sysdesign/examples/{path.name}": path.read_text("utf-8") for path in found}


def pictures() -> dict[str, str]:
    """The pictures of the README, and those that the tests hold."""
    from sysdesign.workbench import open_design
    from sysdesign.workbench.pictures import redraw

    found = {}
    for path, (example, view, id_) in PICTURES.items():
        name = f"examples/{example}.yaml"
        bench = open_design(str(ROOT / name))
        found[path] = redraw(bench, view, id_=id_).svg
    return found


GENERATORS: tuple[Callable[[], dict[str, str]], ...] = (schema, format_page, kinds, rates, rules,
                                                        simulation, examples, pictures)  # fmt: skip
GOLDEN = "tests/views/golden"
PICTURES = {
    "docs/pictures/twitter-heat.svg": ("twitter", "heat", ""),
    f"{GOLDEN}/components.svg": ("start", "components", ""),
    f"{GOLDEN}/sequence.svg": ("start", "sequence", "order"),
    f"{GOLDEN}/deployment.svg": ("url_shortener", "deployment", ""),
}
# Folders that hold nothing else, so that the page of a kind or rule that is gone goes too.
OWNED = (f"{REFERENCE}/kinds", f"{REFERENCE}/rules", "docs/pictures", GOLDEN)


def wanted() -> dict[str, str]:
    """Text of every generated file by its path from the root."""
    return {path: text for generate in GENERATORS for path, text in generate().items()}


def stale(root: Path, files: Mapping[str, str]) -> list[str]:
    """Paths whose text differs, that are missing, or that nothing generates any more."""
    differ = [path for path, text in files.items() if _text(root / path) != text]
    found = (p.relative_to(root).as_posix() for folder in OWNED for p in (root / folder).glob("*"))
    return sorted(differ + [path for path in found if path not in files])


def write(root: Path, files: Mapping[str, str]) -> list[str]:
    """Bring a tree up to date; returns the paths that changed."""
    changed = stale(root, files)
    for path in changed:
        if path not in files:
            (root / path).unlink()
            continue
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(files[path], "utf-8", newline="\n")
    return changed


def _text(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def main(arguments: list[str]) -> int:
    files = wanted()
    if arguments == ["--check"]:
        old = stale(ROOT, files)
        for path in old:
            print(f"{path} is stale; run `make docs` and commit it")
        return 1 if old else 0
    if arguments:
        print(__doc__)
        return 2
    for path in write(ROOT, files):
        print(f"{path} {'written' if path in files else 'removed'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
