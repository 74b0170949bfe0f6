"""Prices that a file does not state."""

from sysdesign.estimate.cost import PARTS, prices_of
from sysdesign.study.study import Study

FREE = " costs nothing:"
"""What is said of a component without a price; of one that has a price nothing is asked."""


def unpriced(study: Study) -> tuple[str, ...]:
    """Components whose cost cannot be worked out."""
    return tuple(n for n in study.design.components if study.figure(f"{n}.cost") is None)


def price_defaults(study: Study) -> tuple[str, ...]:
    """Prices that were taken since the file states none."""
    found = (
        said
        for name in (
            *(
                f"{part}.{measure}"
                for part in study.design.components
                for measure in ("cost", *(f"cost.{which}" for which in PARTS))
            ),
            "system.place_cost",
        )
        if (figure := study.figure(name))
        for said in figure.defaults
    )
    told = tuple(dict.fromkeys(found))
    priced = {name for name, part in study.design.components.items() if prices_of(part)[0]}
    return tuple(one for one in told if one.partition(FREE)[0] not in priced or FREE not in one)
