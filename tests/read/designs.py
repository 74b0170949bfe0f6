"""The designs of the format's specification, kept as test data."""

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "data" / "designs"
NAMES = ("chat", "payments", "twitter", "url_shortener", "video")


def text_of(name: str) -> str:
    """One of the designs."""
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
