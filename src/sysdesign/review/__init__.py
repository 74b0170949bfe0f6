"""The review (being written)."""

from sysdesign.study import Study


class Review:
    """Findings."""


def review(study: Study) -> Review:
    """Nothing yet."""
    return Review()
