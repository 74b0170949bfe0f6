"""Media, or readers far from every region, are served by a CDN, or there is a reason why not.

Why
---
Bytes that many people far away ask for are cheapest and fastest near them.

Flawed
------
    sysdesign: 1
    problem: {actors: {viewer: {primary: true}}}
    operations: {watch: {actor: viewer, path: [videos]}}
    data: {video: {store: videos, key: id, media: true}}
    components: {videos: object_store}

Sound
-----
    sysdesign: 1
    problem: {actors: {viewer: {primary: true}}}
    operations: {watch: {actor: viewer, path: [edge, videos]}}
    data: {video: {store: videos, key: id, media: true}}
    components: {edge: cdn, videos: object_store}

False alarms
------------
Where all answers are private and differ, decline it: `declined: {cdn: …}`. Far from every region
are actors in a place without zones, where others are elsewhere.

Source
------
four weighted steps: "You can introduce a communication to CDN in this stage."
"""

from sysdesign.design import Component, Given, Trait
from sysdesign.review.rule import Outcomes, at, fails, holds, rule, says
from sysdesign.study import Study


@rule("HLD-04", needs=("components",))
def no_cdn(study: Study) -> Outcomes:
    """Look for a CDN on some path where one is usual."""
    design = study.design
    used = [
        name for name, part in design.components.items() if _is_cdn(part) and name in study.reached
    ]
    reason = design.declined.get("cdn")
    usual = _usual(study)
    if used:
        yield holds("cdn", f"{used[0]} answers near its callers", at(used[0]))
    elif not usual:
        yield holds("cdn", "no media, and a region near every actor", design.at("components"))
    elif says(reason):
        yield holds("cdn", f"declined: {reason}", at(str(reason)))
    else:
        yield fails(
            "cdn",
            f"{usual}, and no path goes over a CDN",
            design.at("components"),
            "put a cdn first in the paths that serve them, or write declined: {cdn: why not}",
        )


def _is_cdn(part: Component) -> bool:
    is_edge_cache = part.has_trait(Trait.CACHES) and part.has_trait(Trait.FORWARDS)
    return is_edge_cache and not part.has_trait(Trait.ON_DEVICE)


def _usual(study: Study) -> str:
    """Why a CDN would be usual; empty where it would not."""
    media = next((name for name, entity in study.design.data.items() if entity.media), None)
    if media:
        return f"{media} is media"
    actors = study.design.problem.actors.values()
    homes = {place for actor in actors for place in _places(actor.from_)}
    far = sorted(home for home in homes if _is_far(study, home))
    return f"actors in {', '.join(far)} are far from every region" if far and len(homes) > 1 else ""


def _is_far(study: Study, home: str) -> bool:
    """Whether no region is at a place, or at the location that it is like."""
    places = study.design.places
    if places[home].zones:
        return False
    like = places[home].like
    return like is None or all(str(one.like) != str(like) for one in places.values() if one.zones)


def _places(origin: str | Given | None) -> set[str]:
    if isinstance(origin, Given):
        return {str(place) for place in origin.by_place}
    return {str(origin)} if origin else set()
