"""Pin the package's dependencies and the development tools in `requirements-dev.lock`."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
# Exact versions for development and CI, as resolved on Python {python}; written by `make lock`.
# What users install is said in pyproject.toml.
"""
# Needed on one platform only, so that resolving on another does not find it.
ELSEWHERE = ('colorama==0.4.6 ; sys_platform == "win32"',)


def wanted() -> list[str]:
    """Requirements of the package, its extras and the development tools."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    found = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    return found + [line for extra in extras for line in extra]


def resolved(requirements: list[str]) -> list[str]:
    """`name==version` of everything that pip would install for them."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet",
               "--dry-run", "--ignore-installed", "--report", "-", *requirements]  # fmt: skip
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    packages = (item["metadata"] for item in report["install"])
    return [f"{package['name']}=={package['version']}" for package in packages]


def main() -> None:
    lines = sorted([*resolved(wanted()), *ELSEWHERE], key=str.lower)
    header = HEADER.format(python=f"{sys.version_info.major}.{sys.version_info.minor}")
    text = header + "\n".join(lines) + "\n"
    (ROOT / "requirements-dev.lock").write_text(text, "utf-8", newline="\n")
    print(f"requirements-dev.lock: {len(lines)} packages")


if __name__ == "__main__":
    main()
