"""The arrays of a run as plain addresses, which functions pass on at no cost.

Numba counts the references of each array at each call; that took ten times as long as the work.
"""

from typing import Any

from sysdesign.simulate.compiling import is_interpreting, jit
from sysdesign.simulate.machine import Machine

if is_interpreting():

    def _address(array: Any) -> Any:
        """Lists stay what they are."""
        return array

else:
    from numba import types
    from numba.extending import intrinsic

    @intrinsic
    def _address(_: Any, array: Any) -> Any:
        """Where the numbers of an array begin; the array has to outlive it."""

        def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            return context.make_array(signature.args[0])(context, builder, values[0]).data

        return types.CPointer(array.dtype)(array), code  # type: ignore[no-untyped-call]


@jit
def view(m: Machine) -> Machine:
    """The same numbers, without the arrays around them."""
    return Machine(
        _address(m.code),
        _address(m.real),
        _address(m.num),
        _address(m.clk),
        _address(m.tok),
        _address(m.tkf),
        _address(m.ins),
        _address(m.inf),
        _address(m.at),
        _address(m.what),
        _address(m.kept),
        _address(m.due),
        _address(m.hist),
        _address(m.series),
        _address(m.rng),
        _address(m.zig),
    )
