# ruff: noqa: ARG001, ARG002 - Numba asks for functions that take what they may not need
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
from numba.core.imputils import lower_builtin, lower_getattr_generic
from numba.core.typing.templates import (
    AbstractTemplate,
    AttributeTemplate,
    infer_getattr,
    infer_global,
    signature,
)
from numba.extending import intrinsic, models, register_model

from sysdesign.simulate.machine import Floats, Machine

__all__ = ["parts", "soon", "view"]

FIELDS = Machine._fields


class Words(types.Type):
    """One array of a run, by its place among them."""

    def __init__(self, place: int) -> None:
        self.place = place
        name = FIELDS[place]
        whole = types.uint64 if name == "rng" else types.int64
        self.dtype: Any = types.float64 if Machine.__annotations__[name] == Floats else whole
        self.stored: Any = types.int32 if name in ("code", "tok") else self.dtype
        super().__init__(name=f"Words({name})")


class Run(types.Type):
    """All arrays of a run."""

    def __init__(self) -> None:
        super().__init__(name="Run")


register_model(Words)(models.OpaqueModel)
register_model(Run)(models.OpaqueModel)


@intrinsic
def view(_: Any, addresses: Any) -> Any:
    """The run whose arrays lie at the addresses that an array holds."""

    def code(context: Any, builder: Any, sig: Any, values: Any) -> Any:
        data = context.make_array(sig.args[0])(context, builder, values[0]).data
        return builder.bitcast(data, cgutils.voidptr_t)

    return Run()(addresses), code


@intrinsic
def parts(_: Any, seconds: Any) -> Any:
    """Binary exponent and the first six digits of a number above 0, as one number."""

    def code(context: Any, builder: Any, sig: Any, values: Any) -> Any:
        word = ir.IntType(64)
        bits = builder.lshr(builder.bitcast(values[0], word), ir.Constant(word, 46))
        return builder.sub(bits, ir.Constant(word, 1023 * 64))

    return types.int64(types.float64), code


@infer_getattr
class _Arrays(AttributeTemplate):
    key = Run

    def generic_resolve(self, _: Run, name: str) -> Any:  # type: ignore[override]
        return Words(FIELDS.index(name)) if name in FIELDS else None


@lower_getattr_generic(Run)
def _array(context: Any, builder: Any, typ: Any, value: Any, name: str) -> Any:
    place = ir.Constant(ir.IntType(64), FIELDS.index(name))
    table = builder.bitcast(value, cgutils.voidptr_t.as_pointer())
    found = builder.load(builder.gep(table, [place]))
    found.set_metadata("invariant.load", builder.module.add_metadata([]))
    _told_apart(builder, found, "addresses")
    return found


@infer_global(operator.getitem)
class _Get(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], Words) and isinstance(args[1], types.Integer):
            return signature(args[0].dtype, args[0], types.int64)
        return None


@infer_global(operator.setitem)
class _Set(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], Words) and isinstance(args[1], types.Integer):
            return signature(types.none, args[0], types.int64, args[0].dtype)
        return None


def _place(context: Any, builder: Any, typ: Words, array: Any, index: Any) -> Any:
    data = builder.bitcast(array, context.get_value_type(typ.stored).as_pointer())
    return builder.gep(data, [index], inbounds=True)


def _told_apart(builder: Any, access: Any, name: str) -> None:
    """What is read or written here is no part of another array."""
    module = builder.module
    root = module.add_metadata(["a run of sysdesign"])
    zero = ir.Constant(ir.IntType(64), 0)
    kind = module.add_metadata([name, root, zero])
    access.set_metadata("tbaa", module.add_metadata([kind, kind, zero]))


@intrinsic
def soon(_: Any, array: Any, index: Any) -> Any:
    """A place of an array will be needed soon: the processor may fetch it, nothing changes."""

    def code(context: Any, builder: Any, sig: Any, values: Any) -> Any:
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, number, number, number])
        fetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        place = builder.bitcast(_place(context, builder, sig.args[0], *values), cgutils.voidptr_t)
        builder.call(fetch, [place, *(ir.Constant(number, n) for n in (0, 3, 1))])
        return context.get_dummy_value()

    return types.none(array, types.int64), code


@lower_builtin(operator.getitem, Words, types.Integer)
def _get(context: Any, builder: Any, sig: Any, values: Any) -> Any:
    found = builder.load(_place(context, builder, sig.args[0], *values))
    _told_apart(builder, found, FIELDS[sig.args[0].place])
    return context.cast(builder, found, sig.args[0].stored, sig.args[0].dtype)


@lower_builtin(operator.setitem, Words, types.Integer, types.Any)
def _set(context: Any, builder: Any, sig: Any, values: Any) -> Any:
    array, index, value = values
    value = context.cast(builder, value, sig.args[0].dtype, sig.args[0].stored)
    done = builder.store(value, _place(context, builder, sig.args[0], array, index))
    _told_apart(builder, done, FIELDS[sig.args[0].place])
    return context.get_dummy_value()
