"""What does a JSON text hold? A tree of texts in which a number is the digits that were written."""

import json
import re
from collections.abc import Iterator

from dualdegree.core.source.bounds import Bounds
from dualdegree.core.source.tree import Mapping, Sequence, Tree

TOKEN = re.compile(
    r"[ \t\r\n]*("
    r"[{}\[\],:]"
    r'|"[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*"'
    r"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?"
    r"|true|false|null"
    r"|\Z)",
    re.ASCII,
)
END = ""

Token = tuple[str, int]
"""A token as written, and its line."""


class _NotJson(ValueError):
    """The text begins like JSON and is not JSON."""


def tree_of_json(text: str, bounds: Bounds) -> Tree | None:
    """The value that the text holds; ``None`` when it is not JSON (YAML's flow style begins alike).

    Raises ``SourceError`` when it is JSON beyond the bounds or with a key twice.
    """
    tokens = _tokens(text)
    try:
        tree = _value(next(tokens), tokens, bounds)
        return tree if next(tokens)[0] == END else None
    except _NotJson:
        return None


def _tokens(text: str) -> Iterator[Token]:
    """The tokens of a text; the last one is ``END``."""
    at, line, token = 0, 1, None
    while token != END:
        match = TOKEN.match(text, at)
        if match is None:
            raise _NotJson
        line += text.count("\n", at, match.start(1))
        at, token = match.end(), match[1]
        yield token, line


def _value(begin: Token, tokens: Iterator[Token], bounds: Bounds) -> Tree:
    token, line = begin
    match token:
        case "{":
            return _object(line, tokens, bounds)
        case "[":
            return _array(line, tokens, bounds)
        case "]" | "}" | "," | ":" | "":
            raise _NotJson
        case _:
            return bounds.scalar(_words(token), line)


def _array(line: int, tokens: Iterator[Token], bounds: Bounds) -> Sequence:
    bounds.enter(line)
    items: list[Tree] = []
    token = next(tokens)
    while token[0] != "]":
        if items:
            token = _after(token, ",", tokens)
        bounds.path.append(len(items))
        items.append(_value(token, tokens, bounds))
        bounds.leave()
        token = next(tokens)
    return Sequence(tuple(items), line)


def _object(line: int, tokens: Iterator[Token], bounds: Bounds) -> Mapping:
    bounds.enter(line)
    entries: dict[str, Tree] = {}
    lines: dict[str, int] = {}
    token = next(tokens)
    while token[0] != "}":
        if entries:
            token = _after(token, ",", tokens)
        if not token[0].startswith('"'):
            raise _NotJson
        key = _words(token[0])
        bounds.key(key, token[1], lines)
        entries[key] = _value(_after(next(tokens), ":", tokens), tokens, bounds)
        bounds.leave()
        token = next(tokens)
    return Mapping(entries, lines, line)


def _after(token: Token, wanted: str, tokens: Iterator[Token]) -> Token:
    """The token that follows the ``wanted`` one."""
    if token[0] != wanted:
        raise _NotJson
    return next(tokens)


def _words(token: str) -> str:
    """A string without its quotes and escapes; anything else as it was written."""
    if not token.startswith('"'):
        return token
    try:
        return str(json.loads(token)) if "\\" in token else token[1:-1]
    except ValueError:
        raise _NotJson from None
