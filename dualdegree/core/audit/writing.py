"""How is a case written down? As plain lists, keys and texts that read back as an equal value."""

from collections.abc import Mapping as AnyMapping
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal

from dualdegree.core.audit.facts import Case, GrantedException
from dualdegree.core.audit.rules import All, Average, Choose, Courses, Credits, Degree, Limit, Milestone
from dualdegree.core.audit.tree import Mapping, Scalar, Sequence, Tree
from dualdegree.core.credit import figure

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
NOT_WRITTEN = ("line",)


def plain(case: Case) -> dict[str, Plain]:
    """The whole case; what has its default is left out."""
    written = _fields(case)
    if shared := written.pop("shared_credits", None):
        written["agreement"] = {"shared_credits": shared}
    return written


def degree_plain(degree: Degree) -> dict[str, Plain]:
    """One degree's rules."""
    return _fields(degree)


def exception_plain(exception: GrantedException) -> dict[str, Plain]:
    """One recorded exception."""
    return _fields(exception)


def tree_of(value: Plain) -> Tree:
    """The tree that a text of this value would be read as, without lines."""
    match value:
        case str():
            return Scalar(value, 0)
        case list():
            return Sequence(tuple(map(tree_of, value)), 0)
        case dict():
            return Mapping({key: tree_of(part) for key, part in value.items()}, dict.fromkeys(value, 0), 0)


def _written(value: object) -> Plain:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return figure(value)
        case tuple():
            return [_written(part) for part in value]
        case AnyMapping():
            return {str(key): _written(part) for key, part in value.items()}
        case _ if is_dataclass(value) and not isinstance(value, type):
            return _fields(value)
        case _:
            return str(value)


def _fields(value: object) -> dict[str, Plain]:
    kind = KIND_OF.get(type(value))
    written: dict[str, Plain] = {"kind": kind} if kind else {}
    # A limit that was written as a share says so again, and leaves out what the share comes to.
    skipped = {*NOT_WRITTEN, *(("at_most",) if isinstance(value, Limit) and value.percent is not None else ())}
    for field in fields(value):  # type: ignore[arg-type]
        part = getattr(value, field.name)
        if field.name not in skipped and part != _default(field):
            written[KEY_OF.get(field.name, field.name)] = _written(part)
    return written


def _default(field: Field[object]) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()
