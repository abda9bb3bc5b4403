"""How is a case written down? As plain lists, keys and texts that read back as an equal value."""

import hashlib
import json
from collections.abc import Mapping as AnyMapping
from dataclasses import MISSING, Field, fields, replace
from decimal import Decimal
from functools import cache
from typing import cast

from dualdegree.core.audit.facts import Case
from dualdegree.core.audit.rules import All, Average, Choose, Courses, Credits, Degree, Limit, Milestone
from dualdegree.core.credit import figure
from dualdegree.core.source.tree import Mapping, Scalar, Sequence, Tree

Plain = str | list["Plain"] | dict[str, "Plain"]

KIND_OF = {
    All: "all",
    Choose: "choose",
    Credits: "credits",
    Courses: "courses",
    Milestone: "milestone",
    Average: "average",
}
KEY_OF = {"sources": "from", "not_": "not", "percent": "at_most_percent"}
"""The keys of the file that cannot be names in Python or are clearer there by another one."""
NOT_WRITTEN = ("line", "decider")


def plain(case: Case) -> dict[str, Plain]:
    """The whole case; what has its default is left out."""
    written = _fields(case)
    if shared := written.pop("shared_credits", None):
        written["agreement"] = {"shared_credits": shared}
    return written


def facts_plain(case: Case) -> dict[str, Plain]:
    """The case without the rules of its degrees."""
    written = plain(replace(case, degrees=()))
    del written["degrees"]
    return written


def digest(case: Case, facts: dict[str, Plain] | None = None) -> str:
    """SHA-256 of the case as it is written, in which each degree stands as the digest of its own rules.

    ``facts`` is what ``facts_plain`` wrote of the case, for whoever has it already.
    """
    rules: list[Plain] = [_degree_digest(degree) for degree in case.degrees]
    return _digest({"degrees": rules, **(facts_plain(case) if facts is None else facts)})


def degree_plain(degree: Degree) -> dict[str, Plain]:
    """One degree's rules."""
    return _fields(degree)


def tree_of(value: Plain) -> Tree:
    """The tree that a text of this value would be read as, without lines."""
    match value:
        case str():
            return Scalar(value, 0)
        case list():
            return Sequence(tuple(map(tree_of, value)), 0)
        case dict():
            return Mapping({key: tree_of(part) for key, part in value.items()}, dict.fromkeys(value, 0), 0)


_DIGESTS: dict[int, tuple[Degree, str]] = {}
"""What was found of degrees lately: whole cohorts are judged by a handful of degrees, each one object."""


def _degree_digest(degree: Degree) -> str:
    known, digest = _DIGESTS.get(id(degree), (None, ""))
    if known is not degree:
        digest = _digest(degree_plain(degree))
        if len(_DIGESTS) >= 64:
            _DIGESTS.clear()
        _DIGESTS[id(degree)] = (degree, digest)
    return digest


def _digest(value: dict[str, Plain]) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _written(value: object) -> Plain:
    # The most frequent first, and by their very type: a cohort is written a thousand values a student.
    kind = type(value)
    if kind is str:
        return cast("str", value)
    if kind is Decimal:
        return figure(cast("Decimal", value))
    match value:
        case str():
            return str(value)
        case tuple():
            return [_written(part) for part in value]
        case dict() | AnyMapping():
            return {str(key): _written(part) for key, part in value.items()}
        case bool():
            return "true" if value else "false"
        case _ if hasattr(type(value), "__dataclass_fields__"):
            return _fields(value)
        case _:
            return str(value)


def _fields(value: object) -> dict[str, Plain]:
    kind: type = type(value)
    written: dict[str, Plain] = {"kind": KIND_OF[kind]} if kind in KIND_OF else {}
    for name, key, default in _shape(kind):
        part = getattr(value, name)
        if part is not default and (default is None or part != default):
            written[key] = _written(part)
    if isinstance(value, Limit) and value.percent is not None:
        # A limit that was written as a share says so again, and leaves out what the share comes to.
        written.pop("at_most", None)
    if isinstance(value, Credits) and value.at_least_percent is not None:
        written.pop("at_least", None)
    return written


@cache
def _shape(kind: type) -> tuple[tuple[str, str, object], ...]:
    """The fields of a dataclass: the name, the key under which it is written, and the default, which is left out."""
    return tuple(
        (field.name, KEY_OF.get(field.name, field.name), _default(field))
        for field in fields(kind)
        if field.name not in NOT_WRITTEN
    )


def _default(field: Field[object]) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()
