"""The most telling numbers of a design, for the top of every answer."""

from sysdesign.figures import Figure
from sysdesign.workbench.bench import Workbench

HEADLINE = (
    ("peak rate", "system.peak_rate"),
    ("stored at the horizon", "system.stored"),
    ("egress at peak", "system.peak_egress"),
    ("reads over writes", "read_write"),
    ("connections at peak", "system.peak_connections"),
)
"""Later engines add the bottleneck and its use, p99 of the primary operation, the load carried."""


def headline(bench: Workbench) -> list[tuple[str, Figure]]:
    """Label and figure of each telling number that is known."""
    found = ((label, bench.study.figure(name)) for label, name in HEADLINE)
    return [(label, figure) for label, figure in found if figure is not None]
