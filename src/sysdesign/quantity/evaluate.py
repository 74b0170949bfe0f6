"""Works out an expression: a number, its dimension, and the unit to show it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sysdesign.quantity import uncertain as calculate
from sysdesign.quantity.expression import (
    Call,
    Chain,
    Expression,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Range,
)
from sysdesign.quantity.ranges import between, normal_between, share_between
from sysdesign.quantity.trouble import ArithmeticTrouble, DivisionByZero, QuantityError
from sysdesign.quantity.uncertain import Uncertain
from sysdesign.quantity.units import DIMENSIONLESS, LARGEST_POWER, Dimension, Unit, Units
from sysdesign.records import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """How a value spreads from call to call around its mean; None where not said."""

    p99_over_mean: float | None = None
    scv: float | None = None
    distribution: str | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in base units (B, s, currency, metre, one) with its dimension.

    `unit` is the one to show it in, if the text named one; `shape` is the spread from call to
    call, of which `value` is the mean.
    """

    value: Uncertain
    dimension: Dimension = DIMENSIONLESS
    unit: Unit | None = None
    shape: Shape | None = None


def evaluate(
    expression: Expression, resolve: Callable[[str], Quantity], units: Units, name: str
) -> Quantity:
    """Work out an expression.

    Parameters
    ----------
    resolve
        Gives the quantity of a name; raises KeyError for one it does not know.
    name
        Names the draws of the ranges written in the expression: `name`, `name#2`, ...

    Raises
    ------
    QuantityError
        For dimensions that do not fit, a name not known, or a number out of range.
    """
    result = _Evaluation(expression, resolve, units, name).of(expression.tree)
    return _directed(result, expression, units.currency)


class _Evaluation:
    """One walk over a tree, counting the ranges it meets."""

    def __init__(
        self,
        expression: Expression,
        resolve: Callable[[str], Quantity],
        units: Units,
        name: str,
    ) -> None:
        self.expression = expression
        self.resolve = resolve
        self.units = units
        self.range_name = name
        self.ranges = 0

    def of(self, node: Node) -> Quantity:
        try:
            match node:
                case Number():
                    return _literal(node)
                case Range():
                    return self.range(node)
                case Name():
                    return self.named(node)
                case Negative(operand=operand):
                    inner = self.of(operand)
                    return replace(inner, value=-inner.value, shape=None)
                case Chain() if node.adds:
                    return self.sum(node)
                case Chain():
                    return self.product(node)
                case Power():
                    return self.power(node)
                case Call():
                    return self.call(node)
        except ArithmeticTrouble as trouble:
            raise QuantityError(trouble.message, node.start, node.end) from None

    def range(self, node: Range) -> Quantity:
        self.ranges += 1
        name = self.range_name if self.ranges == 1 else f"{self.range_name}#{self.ranges}"
        if node.form == "..":
            return _between(node, name)
        if node.form == "~":
            middle = _literal(node.first)
            value = _range(middle.value.median / 2, middle.value.median * 2, middle.unit, name)
            return replace(middle, value=value)
        return _plus_minus(node, name)

    def named(self, node: Name) -> Quantity:
        try:
            return self.resolve(node.name)
        except KeyError:
            hint, suggestion = None, None
            if "-" in node.name:
                hint = "put spaces around a minus"
            elif "." not in node.name:
                hint, suggestion = self.units.advice(node.name)
            message = f"nothing is called '{node.name}'"
            raise QuantityError(message, node.start, node.end, hint, suggestion) from None

    def sum(self, node: Chain) -> Quantity:
        result = self.of(node.first)
        for sign, operand in node.rest:
            term = self.of(operand)
            result, term = _counted(result, term, node.first), _counted(term, result, operand)
            word = "add" if sign == "+" else "subtract"
            self.agree(result, term, word, node.first, operand)
            combine = calculate.add if sign == "+" else calculate.subtract
            result = Quantity(combine(result.value, term.value), result.dimension, result.unit)
        return result

    def agree(self, left: Quantity, right: Quantity, verb: str, first: Node, operand: Node) -> None:
        """Refuse two quantities of different dimensions; `left` begins with the node `first`."""
        if left.dimension == right.dimension:
            return
        hint = None
        for plain, node, other in ((left, first, right), (right, operand, left)):
            counts = other.dimension == other.dimension.counting()
            if plain.dimension.is_dimensionless and counts and isinstance(node, Number):
                hint = f"write {node.written} {other.dimension.describe()}"
        words = f"{left.dimension.describe()} and {right.dimension.describe()}"
        raise QuantityError(f"cannot {verb} {words}", first.start, operand.end, hint)

    def product(self, node: Chain) -> Quantity:
        result = self.of(node.first)
        for sign, operand in node.rest:
            factor = self.of(operand)
            try:
                result = _times(result, factor) if sign == "*" else _over(result, factor)
            except DivisionByZero as trouble:
                raise QuantityError(trouble.message, operand.start, operand.end) from None
            except ArithmeticTrouble as trouble:
                raise QuantityError(trouble.message, node.start, operand.end) from None
        return result

    def power(self, node: Power) -> Quantity:
        base, exponent = self.of(node.base), self.of(node.exponent)
        where = node.exponent.start, node.exponent.end
        if not exponent.dimension.is_dimensionless:
            raise QuantityError("an exponent is a plain number", *where)
        if not exponent.value.is_exact:
            raise QuantityError(
                "an exponent must be known exactly", *where, "a range cannot be one"
            )
        number = exponent.value.median
        dimension = base.dimension
        if not dimension.is_dimensionless:
            if number != round(number) or abs(number) > LARGEST_POWER:
                message = f"{dimension.describe()} is raised to whole powers up to {LARGEST_POWER}"
                raise QuantityError(message, *where)
            dimension = dimension ** round(number)
        return Quantity(calculate.power(base.value, number), dimension)

    def call(self, node: Call) -> Quantity:
        arguments = [self.of(argument) for argument in node.arguments]
        first = arguments[0]
        if node.function == "sqrt":
            return _root(first, node)
        if node.function in ("ceil", "floor", "round"):
            return self.rounded(first, node.function)
        verb = "add" if node.function == "sum" else "compare"
        for argument, operand in zip(arguments[1:], node.arguments[1:], strict=True):
            self.agree(first, argument, verb, node.arguments[0], operand)
        function = {"min": calculate.minimum, "max": calculate.maximum, "sum": calculate.total}
        value = function[node.function](argument.value for argument in arguments)
        return Quantity(value, first.dimension, first.unit)

    def rounded(self, quantity: Quantity, function: str) -> Quantity:
        """Round in the target unit where that fits, else in base units."""
        target = self.expression.target
        factor = target.factor if target and self.fits(quantity.dimension, target) else 1.0
        rounding = {
            "ceil": calculate.ceil,
            "floor": calculate.floor,
            "round": calculate.nearest_whole,
        }
        value = rounding[function](quantity.value / factor) * factor
        return Quantity(value, quantity.dimension, quantity.unit)

    def fits(self, dimension: Dimension, target: Unit) -> bool:
        if self.expression.renames:
            return dimension.without_counts() == target.dimension.without_counts()
        return dimension == target.dimension


def _literal(node: Number) -> Quantity:
    unit = node.unit
    if unit is None:
        return Quantity(calculate.exact(node.value))
    return Quantity(calculate.exact(node.value * unit.factor), unit.dimension, unit)


def _between(node: Range, name: str) -> Quantity:
    """Return `first .. second`; a unit at the end binds to both where the first has none."""
    assert node.second is not None
    first, second = node.first, node.second
    if first.unit is None and second.unit is not None:
        first = first._replace(unit=second.unit)
    low, high = _literal(first), _literal(second)
    if low.dimension != high.dimension:
        ends = f"{low.dimension.describe()} and {high.dimension.describe()}"
        hint = "write the unit at the end, or at both ends"
        raise QuantityError(f"a range cannot run between {ends}", node.start, node.end, hint)
    if low.value.median > high.value.median:
        hint = "write the smaller number first"
        raise QuantityError("the range runs downwards", node.start, node.end, hint)
    value = _range(low.value.median, high.value.median, second.unit, name)
    return Quantity(value, high.dimension, second.unit or first.unit)


def _range(low: float, high: float, unit: Unit | None, name: str) -> Uncertain:
    """Return the 90% interval; percentages up to 100% are shares and stay below it."""
    is_share = unit is not None and unit.text == "%" and high <= 1
    return (share_between if is_share else between)(low, high, name)


def _plus_minus(node: Range, name: str) -> Quantity:
    """Return `first +- second`: half the width of the 90% interval, as a share or a quantity."""
    assert node.second is not None
    middle, half = _literal(node.first), _literal(node.second)
    value, width = middle.value.median, half.value.median
    relative = node.second.unit is not None and node.second.unit.text == "%"
    if relative and (node.first.unit is None or node.first.unit.text != "%"):
        width *= value
    elif node.second.unit is None:
        width *= middle.unit.factor if middle.unit else 1.0
    elif half.dimension != middle.dimension:
        ends = f"{middle.dimension.describe()} +- {half.dimension.describe()}"
        hint = "give the width in percent or in the same unit"
        raise QuantityError(f"cannot take {ends}", node.start, node.end, hint)
    if width >= value:
        hint = "write a range: 50 kB .. 300 kB"
        raise QuantityError("the range would reach zero", node.start, node.end, hint)
    return replace(middle, value=normal_between(value - width, value + width, name))


def _counted(plain: Quantity, other: Quantity, node: Node) -> Quantity:
    """A plain number that was worked out, such as ceil(a / b), counts what it is added to."""
    counts = other.dimension.without_counts().is_dimensionless
    if plain.dimension.is_dimensionless and counts and not isinstance(node, Number):
        return replace(plain, dimension=other.dimension)
    return plain


def _times(left: Quantity, right: Quantity) -> Quantity:
    shape = left.shape or right.shape
    if left.shape and right.shape:
        shape = None
    unit = left.unit
    if left.dimension.is_dimensionless:
        unit = None if right.dimension.is_dimensionless else right.unit
    elif not right.dimension.is_dimensionless:
        unit = None
    value = left.value * right.value
    return Quantity(value, left.dimension * right.dimension, unit, shape)


def _over(left: Quantity, right: Quantity) -> Quantity:
    plain = right.dimension.is_dimensionless and not left.dimension.is_dimensionless
    return Quantity(
        left.value / right.value,
        left.dimension / right.dimension,
        left.unit if plain else None,
        None if right.shape else left.shape,
    )


def _root(quantity: Quantity, node: Call) -> Quantity:
    if any(exponent % 2 for _, exponent in quantity.dimension.exponents):
        message = f"{quantity.dimension.describe()} has no square root"
        raise QuantityError(message, node.start, node.end)
    halved = Dimension(tuple((b, exponent // 2) for b, exponent in quantity.dimension.exponents))
    return Quantity(calculate.sqrt(quantity.value), halved)


def _directed(result: Quantity, expression: Expression, currency: str) -> Quantity:
    """Hold the result against the unit after `->` or `as`, and show it in that unit."""
    target = expression.target
    if target is None:
        return result
    wanted, found = target.dimension, result.dimension
    if expression.renames:
        wanted, found = wanted.without_counts(), found.without_counts()
    if wanted != found:
        raise QuantityError(
            f"this is {found.describe()}, not {wanted.describe()}",
            expression.tree.start,
            expression.tree.end,
            _missing(wanted / found, target, currency),
        )
    return Quantity(result.value, target.dimension, target, result.shape)


def _missing(factor: Dimension, target: Unit, currency: str) -> str | None:
    """Say which factor would give the dimension that is wanted."""
    if factor == factor.counting():
        return f"to count it in other units write 'as {target.text}'"
    if len(factor.exponents) > 1:
        return None
    base, exponent = factor.exponents[0]
    noun, example = {
        "time": ("a time", "1 day"),
        "information": ("a size", "1 kB"),
        "money": ("a price", f"1 {currency}"),
        "length": ("a length", "1 km"),
    }[base]
    sign = "×" if exponent > 0 else "/"
    verb = "lacks" if exponent > 0 else "must be divided by"
    return f"the formula {verb} {noun}, for example {sign} {example}"
