"""Numbers and records of a study in the words that every page uses."""

import re
from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

from sysdesign.analyze.trees import nodes_of
from sysdesign.network import Call
from sysdesign.network.turns import is_lock, is_partitions
from sysdesign.quantity import Units, show
from sysdesign.source import shortened
from sysdesign.study.measures import listed_few
from sysdesign.study.study import Study

if TYPE_CHECKING:
    from sysdesign.analyze import Need, StationResult, Step
    from sysdesign.study.plans import Change

_ALL = 0.9995
_MANY = 100  # times the peak
_LONGEST = 40  # letters of a fallback beside a call


def shown_time(seconds: float | None) -> str:
    """A time for people; "-" where calls pile up without end."""
    if seconds is None:
        return "-"
    if seconds < 1e-9:
        return "0 s"
    return show(seconds, Units().parse("s").dimension, digits=2)


def shown_share(share: float | None) -> str:
    """A share for people."""
    if share is None:
        return "-"
    return f"{share:.0%}" if share >= 0.01 or share == 0 else "below 1%"


def shown_rate(per_s: float) -> str:
    """A rate for people; of rare calls two digits, by the hour or day where a second is short."""
    if per_s >= 10 or per_s == 0:
        return f"{per_s:,.0f}/s"
    if per_s >= 0.01:
        return f"{per_s:.2g}/s"
    an_hour = 3600 * per_s
    return f"{an_hour:.2g}/h" if an_hour >= 0.1 else f"{24 * an_hour:.2g}/day"


def shown_count(number: float) -> str:
    """A number of things for people: whole from 1,000 on."""
    return f"{number:,.0f}" if 1000 <= number < 1e15 else f"{number:g}"


def shown_factor(factor: float) -> str:
    """A factor on the load for people."""
    return f"{factor:.3g}x" if factor < 100 else f"{factor:,.0f}x"


# -- the analysis --------------------------------------------------------------------------------


def step_label(step: "Step") -> str:
    """What a step is, by how many calls, and how often it is made; short."""
    name, how, times = step_words(step)
    how = how.removesuffix(" of calls")
    said = f"({how})" if how else ""
    return "  " * step.depth + " ".join(word for word in (name, said, times) if word)


def step_words(step: "Step") -> tuple[str, str, str]:
    """What a step is, by how many calls, and how often it is made, each by itself."""
    name = f"{step.component} {step.do}" if step.do else step.component
    said = [how] if (how := how_made(step)) else []
    if step.share < _ALL:
        said.append(f"{shown_share(step.share)} of calls")
    times = ""
    if step.times != 1:
        together = f", {step.at_once:.2g} at once" if step.at_once > 1 else ""
        times = (
            f"×{step.times:.2g}{together}" if step.times < 10 else f"×{step.times:.0f}{together}"
        )
    return name, ", ".join(said), times


def how_made(step: "Step") -> str:
    """Why a call is made, or what happens where it fails; "" where nothing is special."""
    words = {"parallel": "", "miss": "missed", "choose": "", "async": "not waited for"}
    how = "" if step.fallback and step.how == "optional" else words.get(step.how, step.how)
    instead = f"else {shortened(step.fallback, _LONGEST)}" if step.fallback else ""
    return ", ".join(filter(None, (how, instead)))


def degraded_words(study: Study, operation: str) -> str:
    """What is poor about degraded answers: they "lack something optional", "come by a fallback"."""
    guards = [node.guard for flow in study.network.flows if flow.operation == operation
              for node in nodes_of(flow.root) if isinstance(node, Call)]  # fmt: skip
    stood_in = any(guard.fallback for guard in guards)
    optional = any(guard.optional and not guard.fallback for guard in guards)
    lacks = "lack something optional" if optional or not stood_in else ""
    return " or ".join(filter(None, (lacks, "come by a fallback" if stood_in else "")))


def station_size(study: Study, one: "StationResult") -> str:
    """Instances, shards and cores of a station; keys, connections, or a limit where it has none."""
    station = study.network.stations[one.station]
    if is_lock(station):
        return f"{one.shards:,.0f} key{'' if one.shards == 1 else 's'}, one call each"
    if not station.queues and station.cap_per_s is not None:
        return f"limit {float(station.cap_per_s):,.0f}/s"
    if is_partitions(station):
        return f"{float(station.slots or 0):,.0f} at once"
    if one.arrival_per_s <= 0 < one.held_per_s and station.slots is not None:
        return f"{one.instances:g} × {float(station.slots):,.0f} slots"
    text = shown_count(one.instances)
    if station.autoscale is not None:
        most = float(station.autoscale.most)
        text += f" of at most {most:g}" if isfinite(most) else " autoscaled"
    if one.shards > 1:
        text += f" × {shown_count(one.shards)} shards"
    cores = float(station.servers)
    return f"{text} × {shown_count(cores)} core{'' if cores == 1 else 's'}"


def now_has(need: "Need") -> str:
    """What a station has: shards, or instances."""
    if need.groups_now > 1:
        return f"{need.groups_now:g} shards"
    return f"{max(need.now, need.most or 0):g}{' at most' if need.most else ''}"


def needed(need: "Need") -> str:
    """Instances or shards; more cores where neither helps; a wider limit or lock of a link."""
    if " " in need.station and need.servers is not None:
        return f"{need.servers:,} × as wide"
    if need.groups_now > 1 and need.groups is not None:
        return f"{need.groups:,}"
    if need.groups_now == 1 and need.instances is not None:
        return f"{need.instances:,}"
    return f"{need.servers:,} cores each" if need.servers is not None else "no number helps"


def change_told(one: "Change") -> str:
    """What a requirement that does not hold would need."""
    more = ", ".join(
        f"{need.station} {needed(need)} instead of {now_has(need)}" for need in one.needs
    )
    if one.met:
        return more or "it is met at the medians"
    return f"more instances do not help: {one.limit or 'its parts contend'}"


def metastable_told(study: Study) -> str:
    """What retries do to stations after a burst, at the load that is analysed; empty if nothing."""
    stuck = study.analysis.metastable
    if stuck is None:
        return ""
    names = listed_few(stuck.stations)
    safe, good = (shown_factor(one * study.load) for one in (stuck.safe_load, stuck.good_until))
    if stuck.state == "down":
        return (
            f"Retries have brought {names} down: they are carried up to {good} the peak, and "
            f"beyond {safe} what a burst has brought down does not come back by itself."
        )
    now = "" if stuck.state == "at risk" else " At this load it does."
    return (
        f"Metastable: above {safe} the peak {names} does not come back by itself once a burst has "
        f"brought it down, since every call is made again.{now}"
    )


# -- defaults ------------------------------------------------------------------------------------

_DEFAULT = re.compile(r"(\w+)\.([\w.]+)( = .*|: .*)")
_NOTE = re.compile(r"([a-z][a-z0-9_]*): (.*)")
_KEYS = re.compile(r"its [\d,]+ keys")


def grouped(defaults: Sequence[str], most: int | None = None) -> list[str]:
    """Values that were taken; those that several components share are told once.

    Of very many components `most` are named.
    """
    by_value: dict[str, list[str]] = {}
    for said in defaults:
        match = _DEFAULT.fullmatch(said)
        value = f"{match[2]}{match[3]}" if match else said
        by_value.setdefault(value.removesuffix(", not stated"), []).append(
            match[1] if match else ""
        )
    return [_several(value, names, most) for value, names in by_value.items()]


def told_once(notes: Sequence[str]) -> list[str]:
    """Notes of a simulation; what is the same of several components is told once.

    >>> told_once(["a: so it is", "b: so it is; and so", "all is well"])
    ['so it is (a, b)', 'b: and so', 'all is well']
    """
    by_clause: dict[str, list[str]] = {}
    for note in notes:
        match = _NOTE.fullmatch(note)
        clauses = match[2].split("; ") if match else [note]
        for clause in clauses:
            said = _KEYS.sub("all of its keys", clause) if len(notes) > 1 else clause
            by_clause.setdefault(said, []).append(match[1] if match else "")
    return [
        f"{said} ({', '.join(names)})" if len(names) > 1 else f"{names[0]}: {said}".lstrip(": ")
        for said, names in by_clause.items()
    ]  # fmt: skip


def _several(value: str, names: list[str], most: int | None) -> str:
    if len(names) == 1:
        return f"{names[0]}.{value}" if names[0] else value
    if most is not None and len(names) > most + 1:
        return f"{value} ({', '.join(names[:most])} and {len(names) - most} more)"
    return f"{value} ({', '.join(names)})"


def shown_load(peaks: float) -> str:
    """Load as a factor on the peak, in two digits: `2.2x`; what nobody reaches is not counted."""
    return f"{peaks:.2g}x" if peaks < _MANY else f"over {_MANY}x"
