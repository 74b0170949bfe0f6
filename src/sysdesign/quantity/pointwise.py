"""Any function of numbers, applied to numbers that may be uncertain."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sysdesign.quantity.draws import numpy_module
from sysdesign.quantity.trouble import ArithmeticTrouble
from sysdesign.quantity.uncertain import Uncertain, exact, sampled

if TYPE_CHECKING:
    from sysdesign.quantity.draws import Samples


def pointwise(
    function: Callable[[list[float]], float],
    *operands: Uncertain,
    of_draws: Callable[[list[Samples]], Samples] | None = None,
) -> Uncertain:
    """Return the function of the operands, draw by draw where one of them is uncertain.

    `of_draws` is the same function of all draws at once, which takes a hundredth of the time.

    Raises
    ------
    ArithmeticTrouble
        Where the function has no finite value.
    """

    def draw() -> Samples:
        if of_draws is not None:
            return of_draws([operand.samples() for operand in operands])
        columns = (operand.samples().tolist() for operand in operands)
        rows = zip(*columns, strict=True)
        values: Samples = numpy_module().array([function(list(row)) for row in rows])
        return values

    try:
        if all(operand.is_exact for operand in operands):
            return exact(function([operand.median for operand in operands]))
        return sampled(draw, {name for operand in operands for name in operand.inputs})
    except (ArithmeticError, ValueError) as trouble:
        if isinstance(trouble, ArithmeticTrouble):
            raise
        raise ArithmeticTrouble("a number out of range") from trouble
