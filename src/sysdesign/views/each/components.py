"""Components and the calls between them, with rates at peak, in their groups."""

from sysdesign.draw import Diagram
from sysdesign.study import Study
from sysdesign.views.folding import fold
from sysdesign.views.view import View, Wanted
from sysdesign.views.wiring import at_load, wired


def draw(study: Study, wanted: Wanted) -> Diagram:
    """Everything, folded where there is too much; or one group with its neighbours."""
    shown = fold(study, wanted.group)
    of = f"{wanted.group}: its components" if wanted.group else "Components"
    return wired(study, shown, "components", wanted, f"{of} and calls a second {at_load(study)}")


VIEW = View(
    name="components",
    summary="components and the calls between them, with rates at peak",
    rank=30,
    draw=draw,
    grouped=True,
)
