"""An operation that writes says what happens when it comes twice.

Why
---
Callers that see no answer call again. Without a key the second call books twice.

Flawed
------
    sysdesign: 1
    operations:
      pay: {api: POST /payments, rate: 5 req/s}

Sound
-----
    sysdesign: 1
    operations:
      pay: {api: POST /payments, rate: 5 req/s, idempotent: client key}

False alarms
------------
A write that gives the same result however often it comes is `idempotent: natural`; one whose
doubles do no harm is `duplicates accepted`.

Source
------
criteria: "What transactions can be made?"
"""

from sysdesign.estimate.load import reads_or_writes
from sysdesign.review.flows import is_called
from sysdesign.review.rule import Outcomes, at, fails, holds, rule
from sysdesign.study import Study


@rule("API-04", needs=("operations",), nothing="no operation that an actor calls writes")
def repeat_not_safe(study: Study) -> Outcomes:
    """Look for `idempotent` on each operation that an actor calls and that writes."""
    for name, operation in study.design.operations.items():
        if not is_called(operation) or reads_or_writes(study.estimate.ledger, name) != "write":
            continue
        if operation.idempotent and operation.idempotent != "no":
            yield holds(name, f"{name} may come twice: {operation.idempotent}", at(name))
            continue
        said = f"{name} writes and does not say what happens when it comes twice"
        if operation.idempotent:
            said = f"{name} writes, and is not safe when it comes twice"
        where = operation.at("idempotent") if operation.idempotent else at(name)
        yield fails(
            name,
            said,
            where,
            f"write {name}: {{idempotent: client key, natural or duplicates accepted}}",
        )
