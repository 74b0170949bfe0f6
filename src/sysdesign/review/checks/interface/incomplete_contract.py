"""An operation says what goes in, what comes back, and how it can fail.

Why
---
The contract is what others build on while the inside is still being drawn. Error cases left out
are found by the first user who meets one.

Flawed
------
    sysdesign: 1
    operations:
      make: {api: POST /links, returns: short link}

Sound
-----
    sysdesign: 1
    operations:
      make: {api: POST /links, inputs: {url: string(2000)}, returns: short link, errors: [400, 429]}

False alarms
------------
An `api` that reads (GET, HEAD) or names its parameters in braces needs no `inputs`. Operations
that no actor calls have no contract here. Where nothing comes back write `returns: nothing`.

Source
------
seven steps: "postTweet(user, data, tweet_location, ...), generateTimeline(), markFavoriteTweet()"
"""

from sysdesign.design import Operation
from sysdesign.review.flows import is_called
from sysdesign.review.rule import Outcomes, at, fails, holds, listed, rule
from sysdesign.study import Study


@rule("API-02", needs=("operations",), nothing="no operation is called by an actor")
def incomplete_contract(study: Study) -> Outcomes:
    """Look for inputs, returns and errors of each operation that an actor calls."""
    for name, operation in study.design.operations.items():
        if not is_called(operation):
            continue
        lacking = [] if operation.has("inputs") or _names_inputs(operation) else ["inputs"]
        lacking += [key for key in ("returns", "errors") if not operation.has(key)]
        if lacking:
            yield fails(
                name,
                f"{name} does not say its {listed(lacking)}",
                at(name),
                f"write {name}: {{{', '.join(f'{key}: …' for key in lacking)}}}",
            )
        else:
            yield holds(
                name,
                f"{name} returns {operation.returns}, or fails with "
                f"{', '.join(operation.errors) or 'nothing'}",
                at(name),
            )


def _names_inputs(operation: Operation) -> bool:
    api = operation.api or ""
    return "{" in api or api.partition(" ")[0].upper() in ("GET", "HEAD")
