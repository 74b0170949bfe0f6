"""`sysdesign analyze`."""

import click

from sysdesign.cli.options import (
    chosen,
    colour,
    complete_files,
    opened,
    output_format,
    print_json,
    what_if,
)
from sysdesign.cli.screen import Paint, say, table, wrapped
from sysdesign.workbench import Workbench
from sysdesign.workbench.answers import analyze_answer, shown_share, shown_time

BUSIEST = 10
SHARES = 3


@click.command(epilog="Example:  sysdesign analyze twitter.yaml --load 2x")
@click.argument("file", required=False, shell_complete=complete_files)
@what_if
@click.option("--origin", metavar="PLACE", help="Times of the calls that come from one place.")
@click.option("--all", "everything", is_flag=True, help="Every component, every reason for doubt.")
@click.option("--strict", is_flag=True, help="Exit with 1 where the load is not carried.")
@output_format("text", "json")
@colour
def command(
    file: str | None,
    changes: tuple[str, ...],
    load: str,
    origin: str | None,
    everything: bool,
    strict: bool,
    form: str,
    color: str,
) -> int:
    """Work out load and latency at peak, by formulas, at the medians of the ranges.

    Utilisation, bottleneck, the load that is carried, and how long calls take. Where a formula is
    not to be trusted the answer says so.
    """
    paint = Paint(color)
    path = chosen(file)
    bench = opened(path, changes, load, form, paint)
    if bench is None:
        return 2
    if origin is not None and origin not in bench.study.design.places:
        raise click.UsageError(f"no such place: '{origin}'")
    if form == "json":
        print_json(analyze_answer(bench, path))
    else:
        for line in lines(bench, path, paint, everything, origin):
            say(line)
    carries = bench.study.analysis.carries
    return 1 if strict and carries is not None and carries < 1 else 0


def lines(
    bench: Workbench, path: str, paint: Paint, everything: bool, origin: str | None
) -> list[str]:
    """What a person reads."""
    analysis, design = bench.study.analysis, bench.study.design
    load = f" · load {bench.study.load:g}x" if bench.study.load != 1 else ""
    text = [paint(f"{design.problem.name or path}{load}", "bold"), ""]
    if analysis.bottleneck is not None and analysis.carries is not None:
        busy = analysis.stations[analysis.bottleneck].utilisation
        used = f", {shown_share(busy)} busy at peak" if busy is not None else ""
        text.append(f"  bottleneck    {analysis.bottleneck}{used}; the first at its limit")
        word = paint("not carried", "red") if analysis.carries < 1 else "carried"
        text.append(f"  load carried  {analysis.carries:.2g} times the peak ({word})")
    text += ["", *_operations(bench, paint, origin), "", *_components(bench, paint, everything)]
    for name, why in bench.study.network.unknown.items():
        text.append(f"  {name}: not known; {why}")
    return text + _doubts(bench, paint, everything)


def _operations(bench: Workbench, paint: Paint, origin: str | None) -> list[str]:
    rows: list[tuple[str, ...]] = [
        ("", "at peak", "mean", "p50", "p95", "p99", "p99.9", "  where the mean goes")
    ]
    for name, result in bench.study.analysis.operations.items():
        times, rate = result.times, result.rate_per_s
        if origin is not None:
            here = next((o for o in result.origins if o.origin == origin), None)
            if here is None:
                continue
            times, rate = here.times, here.rate_per_s
        read = (times.mean_s, times.p50_s, times.p95_s, times.p99_s, times.p999_s)
        parts = sorted(result.shares.items(), key=lambda p: -p[1])[:SHARES]
        goes = ", ".join(f"{part or 'network'} {share:.0%}" for part, share in parts)
        if result.overloaded:
            goes = paint(f"overloaded: {', '.join(result.overloaded)}", "red")
        rows.append((name, f"{rate:,.0f}/s", *map(shown_time, read), f"  {goes}"))
    top, *body = table(rows, right=(1, 2, 3, 4, 5, 6))
    return [paint("Operations", "bold"), paint(top, "dim"), *body]


def _components(bench: Workbench, paint: Paint, everything: bool) -> list[str]:
    stations = [s for s in bench.study.analysis.stations.values() if s.utilisation is not None]
    stations.sort(key=lambda s: -(s.utilisation or 0))
    shown = stations if everything else stations[:BUSIEST]
    rows = [("", "busy", "calls/s", "wait", "instances")]
    for station in shown:
        busy = shown_share(station.utilisation)
        count = f"{station.instances:g}"
        if station.shards > 1:
            count += f" x {station.shards:g} shards"
        rows.append((station.station, busy, f"{station.arrival_per_s:,.0f}",
                     shown_time(station.wait_s), count))  # fmt: skip
    top, *body = table(rows, right=(1, 2, 3, 4))
    more = len(stations) - len(shown)
    tail = [paint(f"  and {more} less busy: --all", "dim")] if more else []
    return [paint("Components, the busiest first", "bold"), paint(top, "dim"), *body, *tail]


def _doubts(bench: Workbench, paint: Paint, everything: bool) -> list[str]:
    doubts = bench.study.analysis.doubts
    shown = doubts if everything else doubts[:BUSIEST]
    text = ["", paint("Where formulas are not to be trusted", "bold")] if doubts else []
    for doubt in shown:
        text += wrapped(f"{doubt.about}: {doubt.why}", 96, "  ")
    if len(shown) < len(doubts):
        text.append(paint(f"  and {len(doubts) - len(shown)} more: --all", "dim"))
    return text
