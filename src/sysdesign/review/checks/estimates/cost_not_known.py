"""What the design costs a month, and a thousand calls of it, is known.

Why
---
The best design is the cheapest of those that do. Without a price every instance is free, and the
design with the most of them wins.

Flawed
------
Not known: what `map_service`, which somebody else sells, costs.

    sysdesign: 1
    problem: {actors: {driver: {primary: true}}}
    operations: {route: {actor: driver, rate: 10 req/s, path: [web: [map_service]]}}
    components: {web: {kind: service, replicas: 2}, map_service: {kind: external_service}}

Sound
-----
    sysdesign: 1
    problem: {actors: {driver: {primary: true}}}
    operations: {route: {actor: driver, rate: 10 req/s, path: [web: [map_service]]}}
    components:
      web: {kind: service, replicas: 2}
      map_service: {kind: external_service, price: {call: 2 USD / 1k req}}

False alarms
------------
Instances without a price are taken at the cited price of their cores, memory and disk, with its
year, and said so; what others sell has no such price. Write `price: 0 USD/month` for what is free.
Never a live price: `--prices` takes a table of your own.

Source
------
nine steps: "Consider all aspects, including performance, cost, and complexity."
"""

from sysdesign.design import Trait
from sysdesign.quantity import show
from sysdesign.review.facts import shown
from sysdesign.review.lacks import cost_gap, open_for
from sysdesign.review.rule import Outcomes, at, holds, rule, unknown
from sysdesign.study import Study
from sysdesign.study.asked import primary


@rule("EST-09", needs=("components",))
def cost_not_known(study: Study) -> Outcomes:
    """Look for the cost of the whole, and for what others sell without a price."""
    lacking = cost_gap(study)
    if lacking:
        yield open_for("cost", lacking)
        return
    for name, part in study.design.components.items():
        if part.has_trait(Trait.OUTSIDE) and part.price is None and name in study.reached:
            yield unknown(
                name,
                f"what {name} costs is not stated; nothing is taken",
                at(name),
                f"write {name}: {{price: {{call: 0.01 {study.units.currency}/req}}}}, or 0",
                f"components.{name}.price",
            )
    operations = [name for name in study.design.operations if study.figure(f"{name}.rate")]
    first = primary(study.design, operations) if operations else None
    figure = study.figure(f"cost_per_call.{first}") if first else None
    per = ""
    if figure is not None:
        money = 1000 * figure.median
        unit = study.units.parse(f"{study.units.currency}/req").dimension
        per = f", {show(money, unit, digits=2).removesuffix('/req')} for 1,000 calls of {first}"
    yield holds("cost", f"{shown(study, 'cost')}{per}", study.design.at("components"))
