"""What do texts say of terms, of what fits into them, and of what goes before a course? Of plan cases and of others."""

from collections.abc import Callable, Collection
from decimal import Decimal
from typing import TypedDict

from dualdegree.core.audit.case.attempts import names
from dualdegree.core.audit.case.rule_text import Fields
from dualdegree.core.audit.plan.question import StayChoice, TermLimit
from dualdegree.core.source.tree import Place, Scalar, Sequence
from dualdegree.core.text import Message

ORDER_KEYS = ("requires", "together", "after_ects", "spans", "remote")
"""What a course may say of when it is taken."""
MOST_TERMS = 12
"""How many terms a course may run over."""


class Order(TypedDict):
    """What a course says of when it is taken; the fields of ``OfferedCourse``."""

    requires: tuple[tuple[str, ...], ...]
    together: tuple[str, ...]
    after_ects: Decimal | None
    spans: int
    remote: bool


def read_order(fields: Fields, course: str) -> Order:
    """What goes before the course of this code, and over how many terms it runs. Raises ``SourceError``."""
    order = Order(
        requires=tuple(map(_any_of, fields["requires"].each())) if "requires" in fields else (),
        together=names(fields.get("together")),
        after_ects=fields["after_ects"].credits() if "after_ects" in fields else None,
        spans=_spans(fields),
        remote="remote" in fields and fields["remote"].flag(),
    )
    for key, groups in (("requires", order["requires"]), ("together", [(other,) for other in order["together"]])):
        if (course,) in groups:
            raise fields[key].wrong(Message("a course does not go before itself; drop it from the list"))
    return order


def _any_of(place: Place) -> tuple[str, ...]:
    """A course, or a list of which one is enough."""
    if not isinstance(place.node, Sequence):
        return (place.name(),)
    courses = names(place)
    if not courses:
        raise place.wrong(Message("name at least one course of which one is required"))
    return courses


def _spans(fields: Fields) -> int:
    if "spans" not in fields:
        return 1
    spans = fields["spans"].whole()
    if not 1 <= spans <= MOST_TERMS:
        raise fields["spans"].wrong(
            Message("a course runs over 1 to %(most)s terms, not %(spans)s", {"most": MOST_TERMS, "spans": spans})
        )
    return spans


def read_same_terms(place: Place | None) -> tuple[tuple[str, ...], ...]:
    """Names of one time; a name stands for one time only."""
    groups = place.each() if place else ()
    known: dict[str, Place] = {}
    for group in groups:
        if len(group.each()) < 2:
            raise group.wrong(Message("name at least two terms that are one time"))
        for name in group.each():
            if name.name() in known:
                raise name.wrong(
                    Message('"%(term)s" stands here a second time; a term is one time only', {"term": name.words()})
                )
            known[name.name()] = name
    return tuple(names(group) for group in groups)


def read_term_limit(
    place: Place | None, institutions: Collection[str], terms: Collection[str], figure_at: Callable[[Place], Decimal]
) -> TermLimit:
    """One figure for every term, or figures by institution or term."""
    if place is None:
        return None
    if isinstance(place.node, Scalar):
        return figure_at(place)
    for key, at in place.entries().items():
        if key not in institutions and key not in terms:
            raise at.wrong(Message('"%(key)s" is neither an institution nor a term that is named here', {"key": key}))
    return {key: figure_at(at) for key, at in place.entries().items()}


def read_stays(place: Place | None, institutions: Collection[str]) -> tuple[StayChoice, ...]:
    """The stays of which one is to be chosen."""
    stays = []
    for at in place.each() if place else ():
        fields = at.fields(("institution", "terms"))
        terms = names(fields["terms"])
        if not terms:
            raise fields["terms"].wrong(Message("name at least one term of the stay"))
        stays.append(StayChoice(institution=fields["institution"].word(tuple(sorted(institutions))), terms=terms))
    return tuple(stays)
