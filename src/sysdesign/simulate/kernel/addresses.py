"""All arrays of a run behind one address, as Numba sees them; functions pass it on at no cost.

Numba counts references of an array at each call, and passes a tuple of addresses as so many
arguments; either took longer than the work. Here a run is the address of a list of addresses. The
list stays as it is while the kernel runs, and no two arrays overlap; LLVM is told both, so that it
need not read again what cannot have changed.
"""

import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models, register_default
from numba.core.imputils import lower_builtin, lower_getattr_generic
from numba.core.typing.templates import (
    AbstractTemplate,
    AttributeTemplate,
    infer_getattr,
    infer_global,
    signature,
)
from numba.extending import intrinsic

from sysdesign.simulate.machine import Floats, Machine

__all__ = ["view"]

FIELDS = Machine._fields


class Words(types.Type):  # type: ignore[misc]
    """One array of a run, by its place among them."""

    def __init__(self, place: int) -> None:
        self.place = place
        name = FIELDS[place]
        if Machine.__annotations__[name] == Floats:
            self.dtype = types.float64
        else:
            self.dtype = types.uint64 if name == "rng" else types.int64
        super().__init__(name=f"Words({name})")


class Run(types.Type):  # type: ignore[misc]
    """All arrays of a run."""

    def __init__(self) -> None:
        super().__init__(name="Run")


register_default(Words)(models.OpaqueModel)
register_default(Run)(models.OpaqueModel)


@intrinsic
def view(_: Any, addresses: Any) -> Any:
    """The run whose arrays lie at the addresses that an array holds."""

    def code(context: Any, builder: Any, sig: Any, values: Any) -> Any:
        data = context.make_array(sig.args[0])(context, builder, values[0]).data
        return builder.bitcast(data, cgutils.voidptr_t)

    return Run()(addresses), code  # type: ignore[no-untyped-call]


@infer_getattr
class _Arrays(AttributeTemplate):  # type: ignore[misc]
    key = Run

    def generic_resolve(self, _: Run, name: str) -> Any:
        return Words(FIELDS.index(name)) if name in FIELDS else None


@lower_getattr_generic(Run)  # type: ignore[untyped-decorator]
def _array(context: Any, builder: Any, typ: Any, value: Any, name: str) -> Any:
    place = ir.Constant(ir.IntType(64), FIELDS.index(name))
    table = builder.bitcast(value, cgutils.voidptr_t.as_pointer())
    found = builder.load(builder.gep(table, [place]))
    found.set_metadata("invariant.load", builder.module.add_metadata([]))
    _told_apart(builder, found, "addresses")
    return found


@infer_global(operator.getitem)
class _Get(AbstractTemplate):  # type: ignore[misc]
    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], Words) and isinstance(args[1], types.Integer):
            return signature(args[0].dtype, args[0], types.int64)
        return None


@infer_global(operator.setitem)
class _Set(AbstractTemplate):  # type: ignore[misc]
    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], Words) and isinstance(args[1], types.Integer):
            return signature(types.none, args[0], types.int64, args[0].dtype)
        return None


def _place(context: Any, builder: Any, typ: Words, array: Any, index: Any) -> Any:
    data = builder.bitcast(array, context.get_value_type(typ.dtype).as_pointer())
    return builder.gep(data, [index], inbounds=True)


def _told_apart(builder: Any, access: Any, name: str) -> None:
    """What is read or written here is no part of another array."""
    module = builder.module
    root = module.add_metadata(["a run of sysdesign"])
    zero = ir.Constant(ir.IntType(64), 0)
    kind = module.add_metadata([name, root, zero])
    access.set_metadata("tbaa", module.add_metadata([kind, kind, zero]))


@lower_builtin(operator.getitem, Words, types.Integer)  # type: ignore[untyped-decorator]
def _get(context: Any, builder: Any, sig: Any, values: Any) -> Any:
    found = builder.load(_place(context, builder, sig.args[0], *values))
    _told_apart(builder, found, FIELDS[sig.args[0].place])
    return found


@lower_builtin(operator.setitem, Words, types.Integer, types.Any)  # type: ignore[untyped-decorator]
def _set(context: Any, builder: Any, sig: Any, values: Any) -> Any:
    array, index, value = values
    done = builder.store(value, _place(context, builder, sig.args[0], array, index))
    _told_apart(builder, done, FIELDS[sig.args[0].place])
    return context.get_dummy_value()
