"""A time of an operation as it would be derived at a whiteboard: steps, sums, law, percentile."""

from collections.abc import Iterator, Sequence
from math import isfinite

from sysdesign.analyze.derivation import Derivation
from sysdesign.analyze.queueing import Queueing
from sysdesign.analyze.result import SHARE_OF
from sysdesign.analyze.waterfall import Joint, Step
from sysdesign.cli.screen import Paint, table, wrapped
from sysdesign.study import Explanation
from sysdesign.study.words import how_made, shown_share, shown_time

_WIDTH = 94
_BAR = 10
_SMALL = 0.001  # of the mean; steps that take less are told together
_FEW_PARTS = 6
_FEW_QUEUES = 4
_PART = 0.005
_TOLD = 0.001
_REGULAR = 0.02
_MANY = 1000
_NEARLY = 0.005


def derivation_lines(one: Derivation, paint: Paint) -> list[str]:
    """Three steps: the calls in order, what they add up to, and from there to the percentile."""
    origin = f"calls from {one.origin}; " if one.origin else ""
    text = [paint(f"1  The calls in order ({origin}times are means)", "bold")]
    text += [*_steps(one, paint), ""]
    queues = _queues(one, paint)
    if queues:
        text += [*queues, ""]
    text += [paint("2  What they add up to", "bold"), *_parts(one, paint)]
    if one.share is not None:
        text += ["", paint(f"3  From the law of the sum to its {_ordinal(one.share)}", "bold")]
        text += [line for said in _law(one) for line in _hanging(said, "   ")]
    return text


def deeper(one: Derivation) -> list[str]:
    """Names that `explain` takes for what this rests on: the queues that matter, other places."""
    busiest: dict[str, Queueing] = {}
    for queue in one.queues:
        known = busiest.get(queue.component)
        if known is None or (queue.wait_s or 0.0) > (known.wait_s or 0.0):
            busiest[queue.component] = queue
    some = [part.component for part in one.parts if part.component]
    return [busiest[name].station if name in busiest else name for name in some[:_FEW_QUEUES]]


def origin_lines(explanation: Explanation) -> list[str]:
    """The same time of the calls from each place, where they come from several."""
    of = explanation.derivation
    head = f"{explanation.figure.name}."
    found = [part for part in explanation.parts if part.name.startswith(head)]
    if of is None or not found:
        return []
    told = [f"{part.name.removeprefix(head)} {part.shown}" for part in found]
    return _hanging(f"by where calls come from: {', '.join(told)}", "  ")


def _hanging(text: str, indent: str) -> list[str]:
    first, *more = wrapped(text, _WIDTH - len(indent) - 2)
    return [f"{indent}{first}", *(f"{indent}  {line}" for line in more)]


def _ordinal(share: float) -> str:
    return "median" if share == 0.5 else f"{100 * share:g}th percentile"


# -- steps ---------------------------------------------------------------------------------------


def _steps(one: Derivation, paint: Paint) -> list[str]:
    queues = {queue.station: queue for queue in one.queues}
    rows: list[tuple[str, ...]] = [("", "calls", "network", "busy", "wait", "work", "takes")]
    left, depths = 0, [0]
    for line in one.lines:
        while depths[-1] and line.depth < depths[-1]:
            depths.pop()
        deeper = sum(1 for depth in depths if depth)
        if isinstance(line, Joint):
            few = line.needed < len(line.last)
            label = f"at once, until {line.needed} of {len(line.last)} end" if few else "at once"
            name = f"{'  ' * (line.depth + deeper)}{label}"
            rows.append((name, _last(line), "", "", "", "", shown_time(line.mean_s)))
            depths.append(line.depth)
            continue
        if not _counts(line, one.mean_s):
            left += 1
            continue
        rows.append(_step(line, deeper, queues.get(line.station)))
    top, *body = table(rows, right=(2, 3, 4, 5, 6), indent=3)
    if left:
        body.append(paint(f"   and {left} that add less than 0.1%", "dim"))
    return [paint(top, "dim"), *body]


def _counts(step: Step, mean_s: float) -> bool:
    if step.mean_s is None or step.how == "async":
        return True
    return step.share * step.mean_s >= _SMALL * mean_s


def _step(step: Step, deeper: int, queue: Queueing | None) -> tuple[str, ...]:
    mark = "· " if step.branch else "  " if deeper else ""
    name = f"{'  ' * (step.depth + deeper - bool(deeper))}{mark}{step.component}"
    words = " ".join(word for word in (name, step.do) if word)
    calls = shown_share(step.share) if step.share < 0.995 else ""
    if step.times != 1:
        calls += f" ×{step.times:.2g}" if step.times < 10 else f" ×{step.times:.0f}"
        calls += f", {step.at_once:.2g} at once" if step.at_once > 1 else ""
    cut = ""
    if step.limit_s is not None and step.given_up >= _TOLD:
        cut = f"{shown_share(step.given_up)} cut at {shown_time(step.limit_s)}"
    told = ", ".join(part for part in (how_made(step), calls.strip(), cut) if part)
    busy = "-" if queue is None or queue.model == "none" else shown_share(queue.utilisation)
    wait = "-" if queue is None or queue.model == "none" else shown_time(queue.wait_s)
    return (
        words, told, shown_time(step.way_s) if step.way_s else "-", busy, wait,
        shown_time(step.work_s), "" if step.how == "async" else shown_time(step.mean_s),
    )  # fmt: skip


def _last(line: Joint) -> str:
    """Of what is done at once: for whom the others are waited for."""
    chances: dict[str, float] = {}
    for name, chance in line.last:
        chances[name or "a branch"] = chances.get(name or "a branch", 0.0) + chance
    name, chance = max(chances.items(), key=lambda pair: pair[1])
    return f"last: {name} {shown_share(chance)}" if len(chances) > 1 else ""


# -- waits ---------------------------------------------------------------------------------------


def _queues(one: Derivation, paint: Paint) -> list[str]:
    """The queues at which a call waits longest, with the numbers of the formula."""
    often: dict[str, float] = {}
    for step in one.lines:
        if isinstance(step, Step) and step.station and step.how != "async":
            rounds = step.times / max(step.at_once, 1.0)
            often[step.station] = often.get(step.station, 0.0) + step.share * rounds
    some = [queue for queue in one.queues if queue.model != "none" and queue.station in often]
    some.sort(key=lambda q: -(q.wait_s or 0.0) * often[q.station])
    if not some:
        return []
    shown = some[:_FEW_QUEUES]
    rows: list[tuple[str, ...]] = [
        ("queue", "calls/s", "work", "servers", "busy", "C", "M/M/c", "scv: work", "calls", "wait")
    ]
    rows += [_queue(queue) for queue in shown]
    top, *body = table(rows, right=tuple(range(1, 10)), indent=3)
    if len(some) > len(shown):
        most = max(q.wait_s or 0.0 for q in some[len(shown) :])
        body.append(
            paint(
                f"   and {len(some) - len(shown)} where calls wait {shown_time(most)} at most",
                "dim",
            )
        )
    head = (
        "   Waits: M/M/c = C × work / (servers × (1 - busy)), C = Erlang C; then by the scv of work"
        " (Kimura"
    )  # fmt: skip
    more = "   1986) and of the spacing of calls (Whitt 1983). One queue; of shards the hottest."
    told = [paint(head, "dim"), paint(more, "dim"), *(paint(one, "dim") for one in _bursts(shown))]
    return [*told, paint(top, "dim"), *body]


def _bursts(shown: Sequence[Queueing]) -> list[str]:
    """Which queues get several calls of one call at once."""
    some = [one for one in shown if one.together > 1 + _NEARLY]
    if not some:
        return []
    said = ", ".join(f"{one.station} {one.together:.2g} at a time" for one in some)
    return [f"   Bursts wait longer (Chaudhry and Templeton 1983): {said}."]


def _queue(one: Queueing) -> tuple[str, ...]:
    how = {
        "even": "none waits", "shared": "shared", "two": "two choices", "bounded": "bounded",
        "turns": "turns",
    }  # fmt: skip
    rate = f"{one.queue_per_s:,.0f}" if one.queue_per_s >= _MANY else f"{one.queue_per_s:.3g}"
    return (
        one.station, rate, shown_time(one.service_s), f"{one.servers}", f"{one.utilisation:.1%}",
        _chance(one.chance), how.get(one.model, shown_time(one.plain_s)), _scv(one.work_scv),
        _scv(one.arrival_scv), shown_time(one.wait_s),
    )  # fmt: skip


def _scv(scv: float) -> str:
    return f"{scv:,.0f}" if scv >= 10 else f"{scv:.2g}"


def _chance(chance: float) -> str:
    return f"{chance:.2g}" if chance >= 1e-4 else "0" if chance < 1e-12 else f"{chance:.0e}"


def load_told(queue: Queueing) -> str:
    """How busy a queue is, with the numbers put in."""
    rate = f"{queue.per_s:,.0f}/s"
    if queue.shards > 1:
        rate += f" × {queue.hottest:.3g} (hottest of {queue.shards:g} shards)"
    parts = queue.group_per_s / queue.queue_per_s if queue.queue_per_s > 0 else 1.0
    if parts > 1 + _NEARLY:
        rate += f" / {parts:g} instances"
    servers = f" / {queue.servers} servers" if queue.servers > 1 else ""
    return f"{rate} × {shown_time(queue.service_s)}{servers} = {queue.utilisation:.1%}"


def wait_told(queue: Queueing) -> str:
    """The mean wait in a queue, with the formula that gives it and its numbers."""
    wait = shown_time(queue.wait_s)
    if queue.wait_s is None:
        return "calls pile up without end"
    match queue.model:
        case "even":
            return "none: calls come too evenly to meet each other"
        case "shared":
            return "none: all calls share the servers, and work takes longer (Kleinrock 1976)"
        case "bounded":
            return f"M/M/c/K, since only so many may wait: {wait}"
        case "two":
            return f"the shorter of two queues picked at random (Mitzenmacher 2001): {wait}"
        case "turns":
            regular = f"work of scv {_scv(queue.work_scv)}, gaps of {_scv(queue.arrival_scv)}"
            return f"instances take turns, {regular}: a walk of both (Spitzer 1956), {wait}"
    servers, free = queue.servers, 1 - queue.utilisation
    letters = f"{_letter(queue.arrival_scv, 'M', 'G')}/{_service(queue)}/{servers}"
    plain = f"{_chance(queue.chance)} × {shown_time(queue.service_s)} / ({servers} × {free:.1%})"
    said = f"{letters}; Erlang C × work / (servers × free) = {plain} = {shown_time(queue.plain_s)}"
    if abs((queue.plain_s or 0.0) - queue.wait_s) <= _NEARLY * queue.wait_s:
        return said
    return f"{said}; with {_why(queue)} {wait}"


def _letter(scv: float, plain: str, other: str) -> str:
    return plain if abs(scv - 1) < _NEARLY else other


def _service(queue: Queueing) -> str:
    return "D" if queue.work_scv < _REGULAR else _letter(queue.work_scv, "M", "G")


def _why(queue: Queueing) -> str:
    """What makes a wait differ from that of M/M/c, and who says by how much."""
    said = []
    if abs(queue.work_scv - 1) >= _NEARLY:
        said.append(f"work of scv {_scv(queue.work_scv)} (Kimura 1986)")
    if abs(queue.arrival_scv - 1) >= _NEARLY:
        said.append(f"arrivals of scv {_scv(queue.arrival_scv)} (Whitt 1983)")
    if queue.together > 1 + _NEARLY:
        bursts = f"calls {queue.together:.3g} at a time"
        said.append(f"{bursts} (Chaudhry and Templeton 1983)")
    if queue.shards > 1 and queue.hottest * queue.shards > 1 + _NEARLY:
        said.append("all shards")
    return " and ".join(said) or f"instances picked by {queue.policy}"


# -- sums ----------------------------------------------------------------------------------------


def _parts(one: Derivation, paint: Paint) -> list[str]:
    tail = "" if one.share is None else f"in a call that takes {shown_time(one.value_s)}"
    rows: list[tuple[str, ...]] = [("", "mean", "", "of the variance", tail, "", "")]
    shown = [p for p in one.parts if _is_told(one, p.mean_s, p.variance, p.tail_s)][:_FEW_PARTS]
    others = [part for part in one.parts if part not in shown]
    lines = [(p.component or "network", p.mean_s, p.variance, p.tail_s) for p in shown]
    if others:
        lines.append(
            (f"{len(others)} other{'' if len(others) == 1 else 's'}", sum(p.mean_s for p in others),
             sum(p.variance for p in others), sum(p.tail_s for p in others))
        )  # fmt: skip
    for name, mean, variance, seconds in lines:
        rows.append(
            (name, shown_time(mean), shown_share(mean / one.mean_s), shown_share(variance),
             *_tail(one, seconds))
        )  # fmt: skip
    sd = f"sd {shown_time(one.sd_s)}"
    whole = ("", "", "") if one.share is None else (shown_time(one.value_s), "", "")
    rows.append(("together", shown_time(one.mean_s), "", sd, *whole))
    top, *body = table(rows, right=(1, 2, 3, 4, 5), indent=3)
    said = (
        f"Means add up, and variances where steps are independent: scv = (sd / mean)² = "
        f"{one.scv:.2g}; 1 would be exponential."
    )
    return [paint(top, "dim"), *body, *_hanging(said, "   ")]


def _is_told(one: Derivation, mean_s: float, variance: float, tail_s: float) -> bool:
    return (
        mean_s >= 4 * _PART * one.mean_s
        or variance >= 4 * _PART
        or tail_s >= 4 * _PART * one.value_s
    )


def _tail(one: Derivation, seconds: float) -> tuple[str, str, str]:
    if one.share is None:
        return "", "", ""
    part = seconds / one.value_s
    return shown_time(seconds), shown_share(part), "█" * round(_BAR * part)


# -- law -----------------------------------------------------------------------------------------


def _law(one: Derivation) -> Iterator[str]:
    share = one.share or 0.5
    yield (
        "Laws are put together, not percentiles: transforms of steps in turn multiplied, those of "
        "hit and miss mixed by their shares, distributions of what is at once multiplied. Inverted "
        f"(Abate and Whitt 1992) they give P(T > {shown_time(one.value_s)}) = {1 - share:.3g}."
    )
    found = [(name, getattr(one.times, name)) for name in SHARE_OF]
    yield " · ".join(
        f"{name.removesuffix('_s').replace('999', '99.9')} {shown_time(seconds)}"
        for name, seconds in found
    )
    factor = one.exponential_s / one.mean_s
    yield (
        f"Rules of thumb: an exponential of this mean {shown_time(one.exponential_s)} "
        f"({factor:.2g} × mean); a normal {shown_time(one.normal_s)} (mean + "
        f"{(one.normal_s - one.mean_s) / one.sd_s if one.sd_s else 0:.2g} sd); "
        f"the {_ordinal(share)}s of all steps added {_known(one.added_s)}."
    )
    hit = (
        f" If caches missed nothing: {shown_time(one.all_hit_s)}."
        if one.all_hit_s and isfinite(one.all_hit_s)
        else ""
    )
    yield f"If nobody waited for a turn: {_known(one.without_wait_s)}.{hit}"


def _known(seconds: float) -> str:
    return shown_time(seconds) if isfinite(seconds) else "without end"
