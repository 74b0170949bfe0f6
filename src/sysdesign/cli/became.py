"""What a component became, for people."""

from sysdesign.cli.screen import Paint, table, wrapped
from sysdesign.study.became import Became, became
from sysdesign.study.words import grouped
from sysdesign.workbench import Workbench
from sysdesign.workbench.answers import shown_share, shown_time


def became_lines(bench: Workbench, component: str, paint: Paint) -> list[str]:
    """Each station: what it is, how it fares at peak, who brings the work."""
    study = bench.study
    part, stations = study.design.components[component], became(study, component)
    count = f"{len(stations)} station{'s' if len(stations) != 1 else ''}"
    kind = str(part.kind).replace("_", " ")
    article = "an" if kind[0] in "aeioAEIO" else "a"
    head = f"{component}, {article} {kind}, became {count}"
    text = [paint(head, "bold")]
    if part.does:
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


def _station(one: Became, paint: Paint) -> list[str]:
    found = one.found
    text = [f"  {paint(one.station, 'bold')}", *(f"    {words}" for words in one.words)]
    said = f"{found.arrival_per_s:,.0f} calls/s at peak, {shown_time(found.work_s)} of work each"
    if found.utilisation is not None:
        said += f": {shown_share(found.utilisation)} busy, mean wait {shown_time(found.wait_s)}"
    if found.slots_used is not None:
        said += f", {shown_share(found.slots_used)} of the slots taken"
    text.append(f"    {said}")
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
