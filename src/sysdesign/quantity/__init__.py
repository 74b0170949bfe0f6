"""Numbers with units and ranges: reading them, calculating with them, showing them."""

from sysdesign.quantity.evaluate import Quantity, Shape, evaluate
from sysdesign.quantity.expression import FUNCTIONS, Expression, parse, render
from sysdesign.quantity.normal import normal_percentile, normal_share_below
from sysdesign.quantity.pointwise import pointwise
from sysdesign.quantity.ranges import (
    between,
    independent_sum,
    normal_between,
    percentiles,
    share_between,
    uniform,
)
from sysdesign.quantity.show import best_unit, show, show_range
from sysdesign.quantity.trouble import ArithmeticTrouble, DivisionByZero, QuantityError, nearest
from sysdesign.quantity.uncertain import (
    Uncertain,
    add,
    ceil,
    divide,
    exact,
    floor,
    maximum,
    minimum,
    multiply,
    nearest_whole,
    power,
    sqrt,
    subtract,
    total,
)
from sysdesign.quantity.units import DIMENSIONLESS, NO_UNIT, Dimension, Unit, Units

__all__ = [
    "DIMENSIONLESS",
    "FUNCTIONS",
    "NO_UNIT",
    "ArithmeticTrouble",
    "Dimension",
    "DivisionByZero",
    "Expression",
    "Quantity",
    "QuantityError",
    "Shape",
    "Uncertain",
    "Unit",
    "Units",
    "add",
    "best_unit",
    "between",
    "ceil",
    "divide",
    "evaluate",
    "exact",
    "floor",
    "independent_sum",
    "maximum",
    "minimum",
    "multiply",
    "nearest",
    "nearest_whole",
    "normal_between",
    "normal_percentile",
    "normal_share_below",
    "parse",
    "percentiles",
    "pointwise",
    "power",
    "render",
    "share_between",
    "show",
    "show_range",
    "sqrt",
    "subtract",
    "total",
    "uniform",
]
