"""Laws of work as rows of numbers that the kernel draws from."""

from __future__ import annotations

from math import exp, gamma, log
from typing import Final

from sysdesign.formulas.fitting import law
from sysdesign.formulas.laws import Constant, Gammas, Shape
from sysdesign.formulas.tables import Lognormal, Pareto, Uniform, Weibull
from sysdesign.network import Number, Spread
from sysdesign.simulate.kernel import layout

MOST_DRAWS: Final = 32
"""Items of one call that are drawn one by one; the sum of more has the law that its mean and
variance give a gamma law."""


def one(number: Number) -> float:
    """One value for many: the median of draws."""
    if isinstance(number, float | int):
        return float(number)
    from numpy import median

    return float(median(number))


class Laws:
    """Rows of laws in `code`, their parameters in `real`; the same law is there once."""

    def __init__(self, code: list[int], real: list[float]) -> None:
        self.code = code
        self.real = real
        self._known: dict[tuple[object, ...], int] = {}

    def row(self, spread: Spread, items: int = 1) -> int:
        """The row of a spread, or of the sum of so many."""
        mean = one(spread.mean_s)
        key = (mean, spread.p99_over_mean, spread.scv, spread.family, items)
        if key not in self._known:
            shape = law(spread.family or None, spread.scv, spread.p99_over_mean)
            self._known[key] = self._sum(shape, mean, items, spread)
        return self._known[key]

    def _sum(self, shape: Shape, mean: float, items: int, spread: Spread) -> int:
        if items == 0 or mean == 0:
            return self._row(layout.CONSTANT, [0.0])
        if items == 1:
            return self._shape(shape, mean)
        if isinstance(shape, Constant):
            return self._row(layout.CONSTANT, [items * mean])
        alike = isinstance(shape, Gammas) and len(shape.branches) == 1
        if alike or items > MOST_DRAWS:
            parts = items / shape.scv
            return self._row(layout.GAMMA, [parts, mean * shape.scv])
        return self._row(layout.SUM, [], items, self.row(spread))

    def _row(self, kind: int, parameters: list[float], count: int = 0, inner: int = 0) -> int:
        row = len(self.code)
        self.code += [kind, len(self.real), count, inner]
        self.real += parameters
        return row

    def _shape(self, shape: Shape, mean: float) -> int:
        match shape:
            case Constant():
                return self._row(layout.CONSTANT, [mean])
            case Gammas() if len(shape.branches) == 1:
                scv = shape.branches[0].scv
                if scv == 1:
                    return self._row(layout.EXPONENTIAL, [mean])
                return self._row(layout.GAMMA, [1 / scv, mean * scv])
            case Gammas():
                return self._mixed(shape, mean)
            case Lognormal():
                return self._row(layout.LOGNORMAL, [log(mean) - shape.sigma**2 / 2, shape.sigma])
            case Uniform():
                half = shape.half_width
                return self._row(layout.UNIFORM, [mean * (1 - half), 2 * half * mean])
            case Weibull():
                scale = mean / gamma(1 + shape.power)
                return self._row(layout.WEIBULL, [scale, shape.power])
            case Pareto():
                return self._row(layout.PARETO, [mean * (1 - 1 / shape.index), 1 / shape.index])
        raise NotImplementedError(shape)

    def _mixed(self, shape: Gammas, mean: float) -> int:
        parts: list[float] = []
        below = 0.0
        for branch in shape.branches:
            below += branch.share
            if branch.scv == 0:
                parts += [below, 0.0, mean * branch.mean]
            else:
                parts += [below, 1 / branch.scv, mean * branch.mean * branch.scv]
        parts[-3] = 2.0  # the last takes what rounding leaves
        return self._row(layout.MIXED, parts)


def ziggurat() -> list[float]:
    """Edges and heights of 256 layers, for the exponential law and then for the normal one.

    Source: Marsaglia and Tsang (2000); `r` and the area `v` of a layer for 256 layers.
    """
    exponential = _layers(
        7.69711747013104972, 3.949659822581572e-3, lambda x: exp(-x), lambda y: -log(y)
    )
    normal = _layers(
        3.6541528853610088, 4.92867323399e-3, lambda x: exp(-x * x / 2),
        lambda y: (-2 * log(y)) ** 0.5,
    )  # fmt: skip
    return [*exponential, *normal]


def _layers(r: float, v: float, height, edge) -> list[float]:  # type: ignore[no-untyped-def]
    """Edges x[0..256], falling to 0, then their heights."""
    edges = [v / height(r), r]
    while len(edges) < 256:
        edges.append(edge(min(v / edges[-1] + height(edges[-1]), 1.0)))
    edges.append(0.0)
    return [*edges, *(height(x) for x in edges)]
