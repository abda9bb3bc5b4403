"""May an exception be made in this case? One that names what is not there, or what cannot be changed, says why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from dualdegree.core.audit.check.holdings import held, taking
from dualdegree.core.audit.facts import Case, ExceptionKind, GrantedException
from dualdegree.core.audit.rules import All, Choose, Courses, Credits, Degree, Requirement, nodes
from dualdegree.core.text import Message

CHANGES_THE_RULE = (ExceptionKind.WAIVE, ExceptionKind.REDUCE, ExceptionKind.SUBSTITUTE)


class Unfit(NamedTuple):
    """Why an exception cannot be made, and the key of it that is wrong."""

    key: str
    reason: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """The exceptions that hold for a case, in the order given; and why not, by position, for those that cannot."""

    holding: tuple[GrantedException, ...]
    unfit: Mapping[int, Message]


def fitted(given: Sequence[GrantedException], case: Case) -> Fitted:
    """Try each exception against the case without any; a pin may rest on whichever substitute is among them."""
    taken: list[GrantedException] = []
    unfit: dict[int, Message] = {}
    # A pin is looked at after every substitute that it may rest on.
    for at in sorted(range(len(given)), key=lambda at: given[at].kind is ExceptionKind.PIN):
        wrong = unfit_alone(given[at], case) or unfit_beside(given[at], taken, case)
        if wrong is None:
            taken.append(given[at])
        else:
            unfit[at] = wrong.reason
    return Fitted(holding=tuple(asked for at, asked in enumerate(given) if at not in unfit), unfit=unfit)


def unfit_alone(asked: GrantedException, case: Case) -> Unfit | None:
    """Why the exception cannot be made in this case whatever else is decided, if so."""
    degree = _degree(case, asked.degree)
    if degree is None:
        return Unfit("degree", Message('no degree has the id "%(id)s"', {"id": asked.degree}))
    node = node_of(degree, asked.requirement)
    if asked.requirement is not None and node is None:
        words = {"id": asked.requirement, "degree": degree.id}
        return Unfit("requirement", Message('no requirement of degree %(degree)s has the id "%(id)s"', words))
    if node is not None and (reason := not_waivable(asked.kind, node) or _not_of_kind(asked.kind, node)):
        return Unfit("requirement", reason)
    if asked.item is not None and asked.item not in _items(case):
        return Unfit("item", Message('no attempt or grant has the id "%(id)s"', {"id": asked.item}))
    return unfit_figure(node, asked.at_least) if node is not None and asked.at_least is not None else None


def unfit_beside(asked: GrantedException, others: Sequence[GrantedException], case: Case) -> Unfit | None:
    """Why the exception cannot be made beside these others, if so; alone it can."""
    same = (each for each in others if (each.degree, each.requirement) == (asked.degree, asked.requirement))
    kinds = {(each.kind, each.item if each.kind is ExceptionKind.SUBSTITUTE else None) for each in same}
    if asked.kind is ExceptionKind.REDUCE and (ExceptionKind.REDUCE, None) in kinds:
        return Unfit("requirement", Message("this requirement is reduced twice; keep one"))
    if asked.kind is not ExceptionKind.PIN or (ExceptionKind.SUBSTITUTE, asked.item) in kinds:
        return None
    # A pin is to a leaf that selects the item or has a substitute for it; an idle pin has no item to ask about.
    degree = _degree(case, asked.degree)
    leaf = node_of(degree, asked.requirement) if degree else None
    item = held(case, degree).get(asked.item or "") if degree else None
    if item is None or not isinstance(leaf, Credits | Courses) or taking(leaf.select)(item):
        return None
    words = {"item": item.id, "id": leaf.id}
    return Unfit("requirement", Message('"%(id)s" does not select "%(item)s"; add a substitute for it first', words))


def not_waivable(kind: ExceptionKind, node: Requirement) -> Message | None:
    """Why an exception of this kind cannot change the requirement, if its law forbids that; the one place that says."""
    if node.waivable or kind not in CHANGES_THE_RULE:
        return None
    words = {"node": node.title or node.id, "clause": node.clause}
    if node.clause:
        return Message("“%(node)s” can neither be waived, reduced nor substituted: %(clause)s", words)
    return Message("“%(node)s” can neither be waived, reduced nor substituted", words)


def unfit_figure(node: Requirement, figure: Decimal) -> Unfit | None:
    """Why the requirement cannot be reduced to this figure, if so."""
    now = None if isinstance(node, All) else Decimal(node.at_least) if node.at_least is not None else None
    if isinstance(node, Credits) and node.at_least_percent is not None:
        now = node.at_least_percent
    if now is None:
        return Unfit("requirement", Message('"%(id)s" has no figure that could be lower', {"id": node.id}))
    words = {"text": f"{figure:f}"}
    if isinstance(node, Choose | Courses) and figure != int(figure):
        return Unfit("at_least", Message('"%(text)s" is not a whole number; write digits such as 3', words))
    if isinstance(node, Credits) and figure != round(figure, 2):
        return Unfit(
            "at_least",
            Message(
                '"%(text)s" is not a number of credits; write digits such as 4.5, at most two after the point', words
            ),
        )
    return None if figure < now else Unfit("at_least", Message("a reduction is below %(now)s", {"now": str(now)}))


def node_of(degree: Degree, id_: str | None) -> Requirement | None:
    """The requirement of a degree by its id, if it has one."""
    return next((node for node in nodes(degree.requirements) if node.id == id_), None)


def _degree(case: Case, id_: str) -> Degree | None:
    return next((degree for degree in case.degrees if degree.id == id_), None)


def _items(case: Case) -> set[str]:
    granted = (grant.id for recognition in case.recognitions for grant in recognition.grants)
    return {*(attempt.id for attempt in case.record), *granted}


def _not_of_kind(kind: ExceptionKind, node: Requirement) -> Message | None:
    leaf = node if isinstance(node, Credits | Courses) else None
    words = {"id": node.id}
    if kind in {ExceptionKind.SUBSTITUTE, ExceptionKind.EXCLUDE} and leaf is None:
        return Message('no course serves "%(id)s" itself; name one of kind credits or courses', words)
    if kind is ExceptionKind.PIN and (leaf is None or leaf.overlay):
        return Message('"%(id)s" has no courses of its own; name an exclusive requirement', words)
    return None
