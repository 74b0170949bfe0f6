"""CPU time of exact availability: services of some instances in shared zones, k of n of each."""

import time
from statistics import median

from sysdesign.availability import Model, Used, pools_of
from sysdesign.network import (
    Attempts,
    Call,
    Failing,
    Flow,
    Network,
    Place,
    Sequence,
    Spread,
    Station,
    Visit,
)


def cloud(services: int, instances: int, zones: int) -> Model:
    """A path over all services; of each two in three instances are needed."""
    names = tuple(f"z{i}" for i in range(zones))
    fails, zone = Failing(5_184_000.0, Spread(300.0)), Failing(31_536_000.0, Spread(3600.0))
    stations = {
        f"s{i}": Station(f"s{i}", f"s{i}", "eu", float(instances), zones=names, fails=fails)
        for i in range(services)
    }
    work = Spread(0.001)
    calls = tuple(Call("", n, Visit(n, work), Attempts(), "eu") for n in stations)
    some = Network(stations, (Flow("go", "eu", 1.0, Sequence(calls)),),
                   places={"eu": Place("eu", names, None, zone)})  # fmt: skip
    used = {n: Used(float(instances), 0.66) for n in stations}
    return Model(pools_of(some, used), lambda _: None)


def main() -> None:
    """Print a line for each size."""
    for services, instances, zones in ((12, 5, 3), (30, 6, 3), (50, 9, 3), (100, 9, 6)):
        spent = []
        for _ in range(5):
            start = time.process_time()
            found = cloud(services, instances, zones).up("go")
            spent.append(time.process_time() - start)
        count = services * instances + zones
        print(f"{count:5} components  {1000 * median(spent):6.1f} ms  up {found.up.low:.9f}")


if __name__ == "__main__":
    main()
