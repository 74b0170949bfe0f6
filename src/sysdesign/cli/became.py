"""What a component became, for people."""

from collections.abc import Iterator

from sysdesign.cli.screen import Paint, table, wrapped
from sysdesign.cli.whiteboard import load_told, wait_told
from sysdesign.study import Study
from sysdesign.study.became import Became, component_of
from sysdesign.study.words import grouped
from sysdesign.workbench import Workbench
from sysdesign.workbench.answers import shown_share, shown_time


def became_lines(bench: Workbench, name: str, paint: Paint) -> list[str]:
    """Each station: what it is, how it fares at peak, who brings the work.

    Of a component all of them; of the name of a station that one.
    """
    study = bench.study
    component, stations = component_of(study, name)
    part = study.design.components.get(component)
    text = [paint(_head(study, name, component, len(stations)), "bold")]
    if part is not None and part.does:
        text += [paint(line, "dim") for line in wrapped(part.does, 94, "  ")]
    if component in study.network.unknown:
        text.append(f"  left out, for want of: {study.network.unknown[component]}")
    for one in stations:
        text += ["", *_station(one, paint)]
    defaults = grouped(list(dict.fromkeys(said for one in stations for said in one.defaults)))
    if defaults:
        text += ["", *wrapped(f"Taken, since the file does not say: {'; '.join(defaults)}.")]
    notes = dict.fromkeys(note for one in stations for note in one.notes)
    if notes:
        text += ["", *wrapped(f"Note: {'; '.join(notes)}.")]
    return text


def _fares(one: Became) -> Iterator[str]:
    """How a station fares at peak, with the formulas of use and wait."""
    found = one.found
    if found.arrival_per_s > 0 or found.held_per_s <= 0:
        rate, work = f"{found.arrival_per_s:,.0f} calls/s", shown_time(found.work_s)
        said = f"{rate} at peak, {work} of work each"
        if found.utilisation is not None:
            said += f": {shown_share(found.utilisation)} busy, mean wait {shown_time(found.wait_s)}"
        yield said
        if one.queueing.model != "none":
            yield f"  busy: {load_told(one.queueing)}"
            yield f"  wait: {wait_told(one.queueing)}"
    if found.slots_used is not None and found.held_per_s > 0:
        yield (
            f"{found.held_per_s:,.0f} calls/s hold a slot for {shown_time(found.held_s)} each: "
            f"{shown_share(found.slots_used)} of them taken, mean wait for one "
            f"{shown_time(found.slot_wait_s)}"
        )
    if found.cap_used is not None:
        refused = f", {shown_share(found.refused)} refused" if found.refused > 0 else ""
        yield f"{shown_share(found.cap_used)} of its documented limit{refused}"


def _head(study: Study, name: str, component: str, count: int) -> str:
    part = study.design.components.get(component)
    kind = str(part.kind).replace("_", " ") if part is not None else "link"
    what = f"{component}, {'an' if kind[0] in 'aeioAEIO' else 'a'} {kind}"
    if name == component:
        return f"{what}, became {count} station{'s' if count != 1 else ''}"
    return f"{name}, a station of {what}"


def _station(one: Became, paint: Paint) -> list[str]:
    text = [f"  {paint(one.station, 'bold')}", *(f"    {words}" for words in one.words)]
    for said in _fares(one):
        indent = "      " if said.startswith("  ") else "    "
        text += wrapped(said.strip(), 96, indent)
    rows = [("", "calls/s", "work", "share of it")]
    rows += [
        (f"  {use.operation}", f"{use.visits_per_s:,.0f}", shown_time(use.work_s),
         shown_share(use.share))
        for use in one.uses
    ]  # fmt: skip
    if not one.uses:
        return [*text, "    no operation calls it"]
    top, *body = table(rows, right=(1, 2, 3))
    return [*text, paint(top, "dim"), *body]
