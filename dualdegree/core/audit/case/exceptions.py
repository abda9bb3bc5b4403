"""Which exceptions does a case state? One that cannot be made is refused at its place; see ``fitting``."""

from dataclasses import replace
from decimal import Decimal

from dualdegree.core.audit.case.fitting import Unfit, node_of, unfit_alone, unfit_beside, unfit_figure
from dualdegree.core.audit.facts import Case, ExceptionKind, GrantedException
from dualdegree.core.audit.rules import Choose, Courses, Credits, Requirement
from dualdegree.core.source.tree import Place

KEYS = {
    ExceptionKind.WAIVE: (("requirement",), ()),
    ExceptionKind.REDUCE: (("requirement", "at_least"), ()),
    ExceptionKind.SUBSTITUTE: (("requirement", "item"), ()),
    ExceptionKind.PIN: (("requirement", "item"), ()),
    ExceptionKind.EXCLUDE: (("item",), ("requirement",)),
}
"""The keys that each kind must and may have, besides ``kind``, ``degree``, ``by``, ``reason`` and ``on``."""


def read_exceptions(place: Place | None, case: Case) -> tuple[GrantedException, ...]:
    """The exceptions at this place, seen against the case without them."""
    places = place.each() if place else ()
    exceptions = tuple(_exception(each, case) for each in places)
    for at, (each, exception) in enumerate(zip(places, exceptions, strict=True)):
        # A substitute on which a pin rests may stand after it; of two reductions the later one is refused.
        others = exceptions if exception.kind is ExceptionKind.PIN else exceptions[:at]
        _refuse(each, unfit_beside(exception, others, case))
    return exceptions


def _exception(place: Place, case: Case) -> GrantedException:
    kind = place.entry("kind").one_of(ExceptionKind)
    must, may = KEYS[kind]
    entries = place.fields(("kind", "degree", "by", "reason", "on", *must), may)
    asked = GrantedException(
        kind=kind,
        degree=entries["degree"].words(),
        requirement=entries["requirement"].words() if "requirement" in entries else None,
        item=entries["item"].words() if "item" in entries else None,
        at_least=None,
        by=entries["by"].name(),
        reason=entries["reason"].filled(),
        on=entries["on"].name(),
    )
    _refuse(place, unfit_alone(asked, case))
    if "at_least" not in entries:
        return asked
    degree = next(degree for degree in case.degrees if degree.id == asked.degree)
    if (node := node_of(degree, asked.requirement)) is None:
        return asked
    figure = _figure(entries["at_least"], node)
    _refuse(place, unfit_figure(node, figure))
    return replace(asked, at_least=figure)


def _refuse(place: Place, unfit: Unfit | None) -> None:
    if unfit is not None:
        raise place.entry(unfit.key).wrong(unfit.reason)


def _figure(place: Place, node: Requirement) -> Decimal:
    """A lower figure in the unit of what it reduces."""
    match node:
        case Choose() | Courses():
            return Decimal(place.whole())
        case Credits():
            return place.credits()
        case _:
            return place.grade()
