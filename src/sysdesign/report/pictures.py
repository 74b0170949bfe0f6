"""The pictures of a report."""

from sysdesign.draw import Theme
from sysdesign.study import Study, primary_operation
from sysdesign.views import Wanted, svg_of, views

SHOWN = ("context", "heat", "sequence", "data", "deployment")
"""Views in the order of a review: around it, inside it, one call, what is kept, where it runs."""

_OF_PARTS = ("heat", "deployment")
_TITLES = {
    "context": "Around the system",
    "heat": "Components, with use and rates at peak",
    "sequence": "One call of {}",
    "data": "Data and its stores",
    "deployment": "Where it runs",
}


def pictures_of(study: Study) -> list[tuple[str, str]]:
    """Titles and SVG documents of the pictures that a report shows, in their order."""
    found: list[tuple[str, str]] = []
    if not (study.design.components or study.design.operations):
        return found
    for name in SHOWN:
        view, first = views()[name], primary_operation(study)
        ids = view.ids(study)
        if not ids or (name in _OF_PARTS and not study.design.components):
            continue
        wanted = first if first in ids else ids[0]
        svg = svg_of(view.draw(study, Wanted(wanted)), Theme.AUTO)
        found.append((_TITLES[name].format(wanted), svg))
    return found
