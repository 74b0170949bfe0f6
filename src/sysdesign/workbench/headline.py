"""The most telling numbers of an opened design."""

from sysdesign.study.headline import HEADLINE, Line, analysed_lines
from sysdesign.study.headline import headline as of_study
from sysdesign.workbench.bench import Workbench

__all__ = ["HEADLINE", "Line", "analysed_lines", "headline"]


def headline(bench: Workbench) -> list[Line]:
    """Each telling number that is known: estimates first, then what formulas say of the load."""
    return of_study(bench.study)
