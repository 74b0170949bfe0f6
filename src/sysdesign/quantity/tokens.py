"""Cuts the text of a quantity into numbers, words and operators, each with its place."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from sysdesign.quantity.trouble import QuantityError

LONGEST_TEXT = 10_000

_SPACE = re.compile(r"[ \t\r\n]*")
_WORD = re.compile(r"[A-Za-zµμ_][A-Za-z0-9µμ_]*(?:\.[a-z0-9_]+(?:-[a-z0-9_]+)*)*")
_OPERATOR = re.compile(r"->|\*\*|\.\.|\+-|[-+*/(),:~%^±×·−]")
_DIGITS = r"[0-9](?:_?[0-9])*"
_TAIL = rf"(?:\.{_DIGITS})?(?:[eE][+-]?[0-9]+)?"
_NUMBER = re.compile(rf"(?:0|[1-9](?:_?[0-9])*){_TAIL}|\.{_DIGITS}(?:[eE][+-]?[0-9]+)?")
_THOUSANDS = re.compile(rf"[1-9][0-9]{{0,2}}(?:,[0-9]{{3}})+(?![0-9_]){_TAIL}")
_NUMBER_LIKE = re.compile(r"\.?[0-9](?:[0-9_]|,(?=[0-9])|\.(?!\.))*")
_SAME = {"×": "*", "·": "*", "−": "-", "±": "+-"}
_MONEY_SIGNS = "$€£¥"


class Token(NamedTuple):
    """A piece of the text; `text` has one spelling an operator, `value` is a number's."""

    kind: Literal["number", "word", "operator", "end"]
    text: str
    start: int
    end: int
    value: float = 0.0


class Cursor:
    """Walks over tokens; the last one is END and is never passed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = cut(text)
        self.at = 0

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.at]

    @property
    def following(self) -> Token:
        """The token after the next one."""
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)]

    @property
    def read_to(self) -> int:
        """Where the last token read ends."""
        return self.tokens[self.at - 1].end if self.at else 0

    @property
    def ended(self) -> bool:
        """Whether all tokens are read."""
        return self.token.kind == "end"

    def take(self) -> Token:
        """Read the next token."""
        token = self.token
        self.at += not self.ended
        return token

    def sees(self, *operators: str) -> bool:
        """Say whether the next token is one of these operators."""
        return self.token.kind == "operator" and self.token.text in operators

    def skip(self, *operators: str) -> bool:
        """Read the next token if it is one of these operators, and say so."""
        found = self.sees(*operators)
        self.at += found
        return found


def cut(text: str) -> tuple[Token, ...]:
    """Cut a text into tokens.

    Raises
    ------
    QuantityError
        For a text that is too long, a stray character or a number of unclear meaning.
    """
    if len(text) > LONGEST_TEXT:
        raise QuantityError(
            f"the text has {len(text)} characters; at most {LONGEST_TEXT} are read",
            LONGEST_TEXT,
            len(text),
            "split it into several estimates",
        )
    tokens: list[Token] = []
    calls: list[bool] = []  # for each open parenthesis: does it hold arguments?
    at = _skip_space(text, 0)
    while at < len(text):
        token = _token(text, at, any(calls))
        if token.text == "(":
            calls.append(bool(tokens) and tokens[-1].kind == "word")
        elif token.text == ")" and calls:
            calls.pop()
        tokens.append(token)
        at = _skip_space(text, token.end)
    return (*tokens, Token("end", "", len(text), len(text)))


def _skip_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _token(text: str, at: int, in_call: bool) -> Token:
    if match := _WORD.match(text, at):
        return Token("word", match.group(), at, match.end())
    if text[at] in "0123456789" or re.match(r"\.[0-9]", text[at : at + 2]):
        return _number(text, at, in_call)
    if match := _OPERATOR.match(text, at):
        return Token("operator", _SAME.get(match.group(), match.group()), at, match.end())
    raise _stray(text[at], at)


def _number(text: str, at: int, in_call: bool) -> Token:
    match = _NUMBER.match(text, at)
    thousands = _THOUSANDS.match(text, at)
    if thousands and in_call:
        written = thousands.group()
        raise QuantityError(
            f"'{written}' may be one number or several arguments",
            at,
            thousands.end(),
            f"write {written.replace(',', '')} or {written.replace(',', ', ')}",
        )
    match = thousands or match
    like = _NUMBER_LIKE.match(text, at)
    whole = like.group().split(",")[0] if like and in_call else like.group() if like else ""
    if match is None or match.end() < at + len(whole):
        raise QuantityError(f"'{whole}' is not a number", at, at + len(whole), _repair(whole))
    value = float(match.group().replace(",", "").replace("_", ""))
    if value == float("inf"):
        raise QuantityError(f"'{match.group()}' is too large a number", at, match.end())
    return Token("number", match.group(), at, match.end(), value)


def _repair(written: str) -> str:
    """Say how to write a number that is none: `010`, `1,00`, `5.`, `1__0`, `1.2.3`."""
    if "," in written:
        return "commas part groups of three digits (1,000,000); decimals follow a point (1.5)"
    bare = written.strip("._").lstrip("0") or "0"
    if bare.isdigit():
        return f"write {bare}"
    return "write it like 10, 2.5, 1e6 or 1_000_000"


def _stray(character: str, at: int) -> QuantityError:
    hint = None
    if character in _MONEY_SIGNS:
        hint = "write the currency's code after the number: 3 USD"
    elif character.isdigit():
        hint = "write digits as 0..9 and powers as km^2"
    elif character in "<>=":
        hint = "a quantity holds no comparison"
    return QuantityError(f"'{character}' has no meaning here", at, at + 1, hint)
