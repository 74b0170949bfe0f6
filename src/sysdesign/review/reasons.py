"""Reasons that the file gives for a component."""

from sysdesign.review.rule import says
from sysdesign.study import Study


def reason_for(study: Study, component: str) -> str:
    """Its own `why`, or that of a decision about it; empty where neither says enough."""
    part = study.design.components[component]
    if says(part.why):
        return str(part.why)
    for name, decision in study.design.decisions.items():
        if component in decision.about and says(decision.because):
            return f"decision {name}: {decision.because}"
    return ""
