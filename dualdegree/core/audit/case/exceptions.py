"""Which exceptions does a case state, and may each be made? One that names what is not there is refused."""

from decimal import Decimal

from dualdegree.core.audit.case.rule_text import Fields
from dualdegree.core.audit.check.holdings import held, taking
from dualdegree.core.audit.facts import Case, ExceptionKind, GrantedException
from dualdegree.core.audit.rules import (
    All,
    Average,
    Choose,
    Courses,
    Credits,
    Degree,
    Milestone,
    Requirement,
    nodes,
)
from dualdegree.core.source.tree import Place
from dualdegree.core.text import Message

KEYS = {
    ExceptionKind.WAIVE: (("requirement",), ()),
    ExceptionKind.REDUCE: (("requirement", "at_least"), ()),
    ExceptionKind.SUBSTITUTE: (("requirement", "item"), ()),
    ExceptionKind.PIN: (("requirement", "item"), ()),
    ExceptionKind.EXCLUDE: (("item",), ("requirement",)),
}
"""The keys that each kind must and may have, besides ``kind``, ``degree``, ``by``, ``reason`` and ``on``."""
CHANGES_THE_RULE = (ExceptionKind.WAIVE, ExceptionKind.REDUCE, ExceptionKind.SUBSTITUTE)


def read_exceptions(place: Place | None, case: Case) -> tuple[GrantedException, ...]:
    """The exceptions at this place, seen against the case without them."""
    places = place.each() if place else ()
    exceptions = tuple(_exception(each, case) for each in places)
    reduced: set[tuple[str, str | None]] = set()
    for each, exception in zip(places, exceptions, strict=True):
        node = (exception.degree, exception.requirement)
        if exception.kind is ExceptionKind.REDUCE and node in reduced:
            raise each.entry("requirement").wrong(Message("this requirement is reduced twice; keep one"))
        reduced |= {node} if exception.kind is ExceptionKind.REDUCE else set()
        if exception.kind is ExceptionKind.PIN:
            _check_pin(each, exception, exceptions, case)
    return exceptions


def _exception(place: Place, case: Case) -> GrantedException:
    kind = place.entry("kind").one_of(ExceptionKind)
    must, may = KEYS[kind]
    found = place.fields(("kind", "degree", "by", "reason", "on", *must), may)
    degree = {degree.id: degree for degree in case.degrees}.get(found["degree"].words())
    if degree is None:
        raise found["degree"].wrong(Message('no degree has the id "%(id)s"', {"id": found["degree"].words()}))
    node = _node(found["requirement"], degree) if "requirement" in found else None
    if node is not None:
        _check_kind(found["requirement"], kind, node)
    return GrantedException(
        kind=kind,
        degree=degree.id,
        requirement=node.id if node else None,
        item=_item(found["item"], case) if "item" in found else None,
        at_least=_reduced(found, node) if "at_least" in found and node else None,
        by=found["by"].name(),
        reason=found["reason"].filled(),
        on=found["on"].name(),
    )


def _node(place: Place, degree: Degree) -> Requirement:
    node = next((node for node in nodes(degree.requirements) if node.id == place.words()), None)
    if node is None:
        words = {"id": place.words(), "degree": degree.id}
        raise place.wrong(Message('no requirement of degree %(degree)s has the id "%(id)s"', words))
    return node


def _item(place: Place, case: Case) -> str:
    granted = (grant.id for recognition in case.recognitions for grant in recognition.grants)
    if place.words() not in {*(attempt.id for attempt in case.record), *granted}:
        raise place.wrong(Message('no attempt or grant has the id "%(id)s"', {"id": place.words()}))
    return place.words()


def _check_kind(place: Place, kind: ExceptionKind, node: Requirement) -> None:
    words = {"id": node.id, "kind": kind.value, "clause": node.clause}
    if kind in CHANGES_THE_RULE and not node.waivable and node.clause:
        raise place.wrong(Message('"%(id)s" is not waivable (%(clause)s): no %(kind)s may be made on it', words))
    if kind in CHANGES_THE_RULE and not node.waivable:
        raise place.wrong(Message('"%(id)s" is not waivable: no %(kind)s may be made on it', words))
    leaf = node if isinstance(node, Credits | Courses) else None
    if kind in {ExceptionKind.SUBSTITUTE, ExceptionKind.EXCLUDE} and leaf is None:
        raise place.wrong(Message('no course serves "%(id)s" itself; name one of kind credits or courses', words))
    if kind is ExceptionKind.PIN and (leaf is None or leaf.overlay):
        raise place.wrong(Message('"%(id)s" has no courses of its own; name an exclusive requirement', words))


def _reduced(found: Fields, node: Requirement) -> Decimal:
    place = found["at_least"]
    match node:
        case All():
            now = None
        case Choose() | Courses():
            now, figure = Decimal(node.at_least), Decimal(place.whole())
        case Credits():
            now = node.at_least if node.at_least_percent is None else node.at_least_percent
            figure = place.credits()
        case Milestone() | Average():
            now, figure = node.at_least, place.grade()
    if now is None:
        raise found["requirement"].wrong(Message('"%(id)s" has no figure that could be lower', {"id": node.id}))
    if figure >= now:
        raise place.wrong(Message("a reduction is below %(now)s", {"now": str(now)}))
    return figure


def _check_pin(place: Place, pin: GrantedException, exceptions: tuple[GrantedException, ...], case: Case) -> None:
    """A pin is to a leaf that selects the item or has a substitute for it; an idle pin has no item to ask about."""
    degree = next(degree for degree in case.degrees if degree.id == pin.degree)
    leaf = next(node for node in nodes(degree.requirements) if node.id == pin.requirement)
    item = held(case, degree).get(pin.item or "")
    substitutes = {
        (each.degree, each.requirement, each.item) for each in exceptions if each.kind is ExceptionKind.SUBSTITUTE
    }
    if item is None or (pin.degree, pin.requirement, pin.item) in substitutes:
        return
    if isinstance(leaf, Credits | Courses) and not taking(leaf.select)(item):
        words = {"item": item.id, "id": leaf.id}
        wrong = Message('"%(id)s" does not select "%(item)s"; add a substitute for it first', words)
        raise place.entry("requirement").wrong(wrong)
