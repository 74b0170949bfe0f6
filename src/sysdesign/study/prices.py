"""Prices that a file does not state."""

from sysdesign.estimate.cost import PARTS
from sysdesign.study.study import Study


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
    return tuple(dict.fromkeys(found))
