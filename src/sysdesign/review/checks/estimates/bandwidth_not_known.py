"""The bytes that go in and out follow from the size of each call.

Why
---
Bytes out are often the largest part of the bill, and a network card is a limit like any other. A
size that is not stated counts as nothing.

Flawed
------
Not known: how many bytes `go` sends back.

    sysdesign: 1
    operations:
      go: {api: "GET /{code}", rate: 50 req/s}

Sound
-----
    sysdesign: 1
    operations:
      go: {api: "GET /{code}", rate: 50 req/s, response: 300 B}

False alarms
------------
Only the larger way is asked for: the answer of a read, the request of a write. Write 0 B where
there is none.

Source
------
ten steps: "What network bandwidth usage are we expecting?"
"""

from sysdesign.estimate.load import reads_or_writes
from sysdesign.review.facts import shown
from sysdesign.review.flows import is_called
from sysdesign.review.rule import Outcomes, at, holds, rule, unknown
from sysdesign.study import Study


@rule("EST-03", needs=("operations",), nothing="no operation is called by an actor")
def bandwidth_not_known(study: Study) -> Outcomes:
    """Look for the request of each write and the response of each read."""
    for name, operation in study.design.operations.items():
        if not is_called(operation):
            continue
        sort = reads_or_writes(study.estimate.ledger, name)
        stated = [key for key in ("request", "response") if operation.has(key)]
        wanted = {"read": "response", "write": "request"}.get(sort)
        if stated and (wanted is None or wanted in stated):
            sizes = [f"{shown(study, f'{name}.{key}')} {key}" for key in stated]
            yield holds(name, f"{' and '.join(sizes)} a call", at(name))
        else:
            wanted = wanted or "response"
            yield unknown(
                name,
                f"the size of the {wanted} of {name} is not stated; 0 B is taken",
                at(name),
                f"write {name}: {{{wanted}: 1 kB}}",
                f"operations.{name}.{wanted}",
            )
