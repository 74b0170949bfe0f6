"""What one analysis by formula costs: fifty stations and ten paths, read as percentiles.

    python -m bench.formulas [ROUNDS]

Prints processor milliseconds, the least of some rounds; the first round only warms the caches.
"""

import sys
import time
from collections.abc import Callable

from sysdesign.formulas.delays import Delay, series, spread, waiting
from sysdesign.formulas.fitting import by_p99
from sysdesign.formulas.joins import slowest
from sysdesign.formulas.laws import Shape, by_scv
from sysdesign.formulas.readings import percentiles
from sysdesign.formulas.stations import erlang_c, utilisation, wait_mg

SHARES = (0.5, 0.95, 0.99, 0.999)
STATIONS = 50
CLOSED_FORM = (by_scv(1.0), by_scv(0.5), by_scv(2.0), by_scv(4.0))
LOGNORMAL = (by_p99(5.0), by_p99(3.0))


def stations(shapes: tuple[Shape, ...]) -> list[Delay]:
    """Sojourns at stations of 1 to 32 servers and loads of 30% to 90%."""
    made = []
    for i in range(STATIONS):
        shape, servers, service_s = shapes[i % len(shapes)], 1 << i % 6, 0.001 * (1 + i % 7)
        rate = (0.3 + 0.012 * i) * servers / service_s
        mean_s = wait_mg(rate, service_s, servers, shape.scv, light=shape.light_load_ratio(servers))
        chance = erlang_c(rate * service_s, servers)
        wait = waiting(chance, mean_s, utilisation(rate, service_s, servers), shape)
        made.append(series([wait, spread(shape, service_s)]))
    return made


def paths(sojourns: list[Delay]) -> list[Delay]:
    """Ten paths of five stations; on every other one, three of the stations are called at once."""
    made = []
    for i in range(0, STATIONS, 5):
        five = sojourns[i : i + 5]
        made.append(series([*five[:2], slowest(five[2:])] if i % 2 else five))
    return made


def least_ms(work: Callable[[], object], rounds: int) -> float:
    """Processor milliseconds of the fastest round."""
    work()
    least = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        least = min(least, time.process_time() - start)
    return least * 1000


def main(arguments: list[str]) -> None:
    rounds = int(arguments[0]) if arguments else 20
    for name, shapes in (("closed forms", CLOSED_FORM), ("lognormal", LOGNORMAL)):
        sojourns = stations(shapes)
        flows = paths(sojourns)
        print(f"service by {name}")
        for what, work in {
            f"{STATIONS} means": lambda shapes=shapes: stations(shapes),
            f"{STATIONS} stations, percentiles": lambda s=sojourns: [
                percentiles(d, SHARES) for d in s
            ],
            "10 paths, percentiles": lambda f=flows: [percentiles(d, SHARES) for d in f],
            "5 joins, means": lambda s=sojourns: paths(s),
        }.items():
            print(f"  {what:<28}{least_ms(work, rounds):>8.2f} ms")


if __name__ == "__main__":
    main(sys.argv[1:])
