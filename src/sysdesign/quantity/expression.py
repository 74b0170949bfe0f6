"""Reads the text of a quantity into a small tree, and writes the tree as a formula.

The nodes are named tuples because seven more dataclasses would double the time of the import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from re import fullmatch, search
from typing import Literal, NamedTuple

from sysdesign.quantity.tokens import Cursor
from sysdesign.quantity.trouble import QuantityError, nearest
from sysdesign.quantity.units import Unit, Units
from sysdesign.records import dataclass

DEEPEST = 50
FUNCTIONS = {"ceil": 1, "floor": 1, "round": 1, "sqrt": 1, "min": None, "max": None, "sum": None}
_ATTACHED = {"k": 1e3, "M": 1e6}
_NUMBER_WORDS = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}


class Number(NamedTuple):
    """A number as written (`written`: its text without the unit), with its unit if it has one."""

    start: int
    end: int
    value: float
    unit: Unit | None
    written: str


class Range(NamedTuple):
    """An unknown value: `first .. second`, `~ first`, or `first +- second`."""

    start: int
    end: int
    form: Literal["..", "~", "+-"]
    first: Number
    second: Number | None


class Name(NamedTuple):
    """The name of another quantity, with its dots."""

    start: int
    end: int
    name: str


class Negative(NamedTuple):
    """Minus the operand."""

    start: int
    end: int
    operand: Node


class Chain(NamedTuple):
    """Terms joined by + and -, or factors joined by * and /, from left to right.

    One node holds the whole chain, so a long sum is no deeper than a short one.
    """

    start: int
    end: int
    first: Node
    rest: tuple[tuple[str, Node], ...]

    @property
    def adds(self) -> bool:
        """Whether this is a sum."""
        return self.rest[0][0] in "+-"


class Power(NamedTuple):
    """The base raised to the exponent."""

    start: int
    end: int
    base: Node
    exponent: Node


class Call(NamedTuple):
    """A function of its arguments."""

    start: int
    end: int
    function: str
    arguments: tuple[Node, ...]


Node = Number | Range | Name | Negative | Chain | Power | Call


@dataclass(frozen=True, slots=True)
class Expression:
    """A text that was read.

    `target` is the unit after `->` or `as`; `renames` says that it was `as`, which replaces the
    counting units; `notes` are remarks on the spelling, for the reader of the report.
    """

    text: str
    tree: Node
    target: Unit | None = None
    renames: bool = False
    notes: tuple[str, ...] = ()

    def names(self) -> tuple[tuple[str, int, int], ...]:
        """Return each name with the offsets of its text, in the order written."""
        return tuple(
            (node.name, node.start, node.end) for node in walk(self.tree) if isinstance(node, Name)
        )

    @property
    def is_literal(self) -> bool:
        """Whether no name occurs."""
        return not self.names()


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, in the order written."""
    yield node
    for child in children(node):
        yield from walk(child)


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes right below a node."""
    match node:
        case Range(first=first, second=second):
            return (first,) if second is None else (first, second)
        case Negative(operand=operand):
            return (operand,)
        case Chain(first=first, rest=rest):
            return (first, *(operand for _, operand in rest))
        case Power(base=base, exponent=exponent):
            return (base, exponent)
        case Call(arguments=arguments):
            return arguments
        case _:
            return ()


def parse(text: str, units: Units) -> Expression:
    """Read an expression: `daily_users * posts -> req/s`, `4 .. 8 req/user/day`, `100:1`.

    Raises
    ------
    QuantityError
        With the offsets of what cannot be read and a hint what to write instead.
    """
    return _parsed(text, units)


@lru_cache(maxsize=4096)
def _parsed(text: str, units: Units) -> Expression:
    """The same, once for each spelling: designs say `1 ms` often, and are read with each change."""
    return _Parser(text, units).whole()


class _Parser:
    """Recursive descent, one method a level of precedence; `DEEPEST` bounds the recursion."""

    def __init__(self, text: str, units: Units) -> None:
        self.cursor = Cursor(text)
        self.units = units
        self.depth = 0

    def whole(self) -> Expression:
        cursor = self.cursor
        if cursor.ended:
            raise QuantityError("a quantity is expected here", 0, len(cursor.text), "write 40 kB")
        tree = self.value()
        if cursor.sees(":"):
            tree = self.ratio(tree)
        target, renames = None, cursor.token.text == "as"
        if renames or cursor.sees("->"):
            cursor.take()
            target = self.units.read(cursor)
        if not cursor.ended:
            raise self.unexpected()
        return Expression(cursor.text, tree, target, renames, self.notes())

    def notes(self) -> tuple[str, ...]:
        written = any(token.text == "KB" for token in self.cursor.tokens)
        return ("KB: write kB (1000 B) or KiB (1024 B)",) if written else ()

    def unexpected(self) -> QuantityError:
        token = self.cursor.token
        if token.kind == "end":
            return QuantityError("the formula is not finished", token.start, token.end)
        hint = None
        if token.text in ("..", "+-", "~"):
            message = f"'{token.text}' cannot stand here"
            hint = "a range runs between two numbers; inside a formula put it in parentheses"
        elif token.kind == "operator" and token.text != "(":
            message = f"'{token.text}' cannot stand here"
            hint = "write ** for a power" if token.text == "^" else None
        else:
            message = f"an operator is missing before '{token.text}'"
        return QuantityError(message, token.start, token.end, hint)

    def ratio(self, left: Node) -> Number:
        start = self.cursor.take()
        right = self.number() if self.cursor.token.kind == "number" else None
        if not (isinstance(left, Number) and right and left.unit is None and right.unit is None):
            raise QuantityError(
                "a ratio has two plain numbers", start.start, start.end, "write it as 100:1"
            )
        if right.value == 0:
            raise QuantityError("division by zero", right.start, right.end)
        written = f"{left.written}:{right.written}"
        return Number(left.start, right.end, left.value / right.value, None, written)

    def value(self) -> Node:
        """Read a range or a formula: the whole text, or what stands in parentheses."""
        cursor = self.cursor
        start = cursor.token.start
        if cursor.skip("~"):
            first = self.range_end()
            return Range(start, first.end, "~", first, None)
        left = self.sum()
        if not cursor.sees("..", "+-"):
            return left
        if isinstance(left, Negative) and isinstance(left.operand, Number):
            raise QuantityError(
                "a range that starts below zero has no lognormal", start, cursor.token.end,
                "write {min: -5, max: 10}, or {p5: -5, p95: 10, shape: normal}",
            )  # fmt: skip
        if not isinstance(left, Number):
            raise self.unexpected()
        form: Literal["..", "+-"] = ".." if cursor.take().text == ".." else "+-"
        right = self.range_end()
        return Range(start, right.end, form, left, right)

    def range_end(self) -> Number:
        if self.cursor.token.kind != "number":
            raise self.unexpected()
        number = self.number()
        if self.cursor.sees("+", "-", "*", "/", "**"):
            token = self.cursor.token
            hint = "put the range in parentheses: (2 .. 4 kB) * 3"
            message = "a range cannot be calculated with as it stands"
            raise QuantityError(message, number.start, token.end, hint)
        return number

    def sum(self) -> Node:
        return self.chain(self.product, "+", "-")

    def product(self) -> Node:
        return self.chain(self.signed, "*", "/")

    def chain(self, operand: Callable[[], Node], *operators: str) -> Node:
        first = operand()
        rest: list[tuple[str, Node]] = []
        while self.cursor.sees(*operators):
            operator = self.cursor.take().text
            rest.append((operator, operand()))
        if not rest:
            return first
        end, parts = rest[-1][1].end, tuple(rest)
        if isinstance(first, Chain) and first.rest[0][0] in operators:  # (a + b) + c is a + b + c
            return Chain(first.start, end, first.first, (*first.rest, *parts))
        return Chain(first.start, end, first, parts)

    def signed(self) -> Node:
        start = self.cursor.token
        if not self.cursor.skip("-"):
            return self.power()
        self.deeper(start.start, start.end)
        operand = self.signed()
        self.depth -= 1
        return Negative(start.start, operand.end, operand)

    def power(self) -> Node:
        base = self.primary()
        sign = self.cursor.token
        if not self.cursor.skip("**"):
            return base
        self.deeper(sign.start, sign.end)
        exponent = self.signed()  # binds from the right: 2**3**2 is 2**9
        self.depth -= 1
        return Power(base.start, exponent.end, base, exponent)

    def primary(self) -> Node:
        token = self.cursor.token
        if token.kind == "number":
            return self.number()
        if token.kind == "word":
            called = self.cursor.following.text == "("
            return self.call() if called else self.name()
        if not self.cursor.skip("("):
            raise self.unexpected()
        self.deeper(token.start, token.end)
        inner = self.value()
        self.close(token.start)
        self.depth -= 1
        return inner

    def number(self) -> Number:
        cursor = self.cursor
        first = cursor.take()
        value, token = first.value, cursor.token
        touching = token.kind == "word" and token.start == first.end
        if touching and token.text == "B":
            message = f"'{first.text}B' may be bytes or billions"
            hint = f"write {first.text} B for bytes, or {first.text} billion"
            raise QuantityError(message, first.start, token.end, hint)
        factor = (_ATTACHED if touching else _NUMBER_WORDS).get(token.text)
        if factor is not None:
            value *= factor
            cursor.take()
        if value == float("inf"):
            raise QuantityError("the number is too large", first.start, token.end)
        written = cursor.text[first.start : cursor.read_to]
        unit = self.units.read_after_number(cursor)
        return Number(first.start, cursor.read_to, value, unit, written)

    def name(self) -> Name:
        token = self.cursor.token
        word = token.text
        if "." not in word and (problem := self.not_a_name(word)):
            raise QuantityError(problem[0], token.start, token.end, *problem[1:])
        if not fullmatch(r"[a-z][a-z0-9_]*(\..*)?", word):
            hint = "names have small letters, digits and _"
            raise QuantityError(f"'{word}' is not a name", token.start, token.end, hint)
        self.cursor.take()
        return Name(token.start, token.end, word)

    def not_a_name(self, word: str) -> tuple[str, str | None, str | None] | None:
        """Say why a word without dots cannot be a name: message, hint, suggestion."""
        if self.units.is_unit(word):
            hint = f"write 1 {word}"
            before = search(
                r"/\s*([a-z][a-z0-9_]*)\s*/\s*$", self.cursor.text[: self.cursor.token.start]
            )
            if before:  # 15 req/driver/min
                hint += f"; if you count by {before[1]}: conventions: {{counts: [{before[1]}]}}"
            return f"'{word}' is a unit", hint, None
        if word in FUNCTIONS:
            return f"'{word}' is a function", f"write {word}(…)", None
        if word == "as":
            return "a quantity is expected before 'as'", None, None
        if word in _NUMBER_WORDS:
            return f"'{word}' is part of a number", f"write 1 {word}", None
        if word.lower() in ("inf", "infinity", "nan"):
            return f"'{word}' is not a number", "write a finite one", None
        if not fullmatch("[a-z][a-z0-9_]*", word):
            return f"'{word}' is neither a name nor a unit", *self.units.advice(word)
        return None

    def call(self) -> Call:
        cursor = self.cursor
        token = cursor.take()
        if token.text not in FUNCTIONS:
            suggestion = nearest(token.text, FUNCTIONS)
            message = f"'{token.text}' is not a function"
            hint = "the functions are " + ", ".join(sorted(FUNCTIONS))
            raise QuantityError(message, token.start, token.end, hint, suggestion)
        opening = cursor.take()
        self.deeper(opening.start, opening.end)
        arguments = [self.value()]
        while cursor.skip(","):
            arguments.append(self.value())
        self.close(opening.start)
        self.depth -= 1
        if FUNCTIONS[token.text] == 1 and len(arguments) != 1:
            message = f"{token.text} takes one argument, not {len(arguments)}"
            raise QuantityError(message, token.start, cursor.read_to)
        return Call(token.start, cursor.read_to, token.text, tuple(arguments))

    def close(self, opened_at: int) -> None:
        if self.cursor.ended:
            raise QuantityError("this parenthesis is not closed", opened_at, opened_at + 1)
        if not self.cursor.skip(")"):
            raise self.unexpected()

    def deeper(self, start: int, end: int) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            message = f"the formula is nested more than {DEEPEST} deep"
            raise QuantityError(message, start, end, "name a part of it as an estimate of its own")


_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = 1, 2, 3, 4, 5


def render(expression: Expression, substitute: Callable[[str], str]) -> str:
    """Write the formula with each name replaced; numbers stay as written, × stands for *.

    Parentheses are the fewest that keep the tree; the target unit is left out.
    """
    return _write(expression.tree, substitute, 0)


def _write(node: Node, substitute: Callable[[str], str], level: int) -> str:
    def write(child: Node, inner: int) -> str:
        return _write(child, substitute, inner)

    match node:
        case Name(name=name):
            return substitute(name)
        case Number():
            text, own = _written(node), _ATOM if node.unit is None else _SIGN
        case Range(form=form, first=first, second=second):
            ends = _written(first), _written(second) if second else ""
            text, own = (f"~{ends[0]}" if form == "~" else f" {form} ".join(ends)), 0
        case Negative(operand=operand):
            text, own = "-" + write(operand, _SIGN), _SIGN
        case Chain(first=first, rest=rest):
            own = _SUM if node.adds else _PRODUCT
            text = write(first, own)
            for operator, operand in rest:
                text += f" {operator.replace('*', '×')} {write(operand, own + 1)}"
        case Power(base=base, exponent=exponent):
            text, own = f"{write(base, _ATOM)}**{write(exponent, _SIGN)}", _POWER
        case Call(function=function, arguments=arguments):
            text = f"{function}({', '.join(write(argument, 0) for argument in arguments)})"
            own = _ATOM
    return f"({text})" if own < level else text


def _written(number: Number) -> str:
    if number.unit is None:
        return number.written
    attached = number.unit.text.startswith(("%", "x"))
    divides = number.unit.text.startswith("1/")
    unit = number.unit.text[1:] if divides else number.unit.text
    return f"{number.written}{'' if attached or divides else ' '}{unit}"
