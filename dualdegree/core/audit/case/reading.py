"""What does an audit case say? Read from YAML or JSON into a validated ``Case``, or refused with file, line and key."""

import json
from collections.abc import Iterator
from dataclasses import replace

from dualdegree.core.audit.case.attempts import names, read_attempt, read_milestone, read_recognitions
from dualdegree.core.audit.case.ceilings import check_ceilings
from dualdegree.core.audit.case.exceptions import read_exceptions
from dualdegree.core.audit.case.rule_text import Fields, read_degree, read_text, unique
from dualdegree.core.audit.case.writing import plain
from dualdegree.core.audit.facts import FREE, UNCOUNTED, Attempt, Case, Claims, Recognition, Status
from dualdegree.core.audit.rules import Courses, Credits, Degree, SharedCredits, nodes
from dualdegree.core.source.reading import read
from dualdegree.core.source.tree import Place
from dualdegree.core.text import Message

CASE_KEYS = (
    "include", "agreement", "recognitions", "milestones", "exceptions", "previous", "conferred", "title",
)  # fmt: skip


def read_case(text: str | bytes, name: str) -> Case:
    """The case that a text holds; ``name`` is what errors call it. Raises ``SourceError``, and nothing else."""
    return case_at(read(text, name))


def write_case(case: Case) -> str:
    """The case as JSON, which ``read_case`` reads back as an equal value."""
    return json.dumps(plain(case), ensure_ascii=False, indent=1) + "\n"


def case_at(place: Place, besides: tuple[str, ...] = ()) -> Case:
    """The case that stands at the top of a tree; ``besides`` are keys that stand there for somebody else."""
    fields = place.fields(("degrees", "record"), (*CASE_KEYS, *besides))
    degrees = _degrees(fields["degrees"])
    record = tuple(read_attempt(attempt) for attempt in fields["record"].each())
    case = Case(
        degrees=degrees,
        record=record,
        include=_include(fields.get("include")),
        shared_credits=_shared(fields.get("agreement")),
        recognitions=_recognitions(fields, degrees, {attempt.id: attempt for attempt in record}),
        milestones=tuple(read_milestone(held) for held in fields["milestones"].each())
        if "milestones" in fields
        else (),
        title=read_text(fields.get("title")),
    )
    unique(_item_ids(fields))
    for degree, at in zip(degrees, fields["degrees"].each(), strict=True):
        check_ceilings(at.entry("requirements"), degree, case)
    return replace(
        case,
        exceptions=read_exceptions(fields.get("exceptions"), case),
        previous=_claims(fields.get("previous"), case, (FREE, UNCOUNTED)),
        conferred=_claims(fields.get("conferred"), case, (FREE,)),
    )


def _degrees(place: Place) -> tuple[Degree, ...]:
    places = place.each()
    if not 1 <= len(places) <= 2:
        raise place.wrong(Message("a case has one degree or two, not %(number)s", {"number": str(len(places))}))
    degrees = tuple(read_degree(degree) for degree in places)
    unique(degree.entry("id") for degree in places)
    if len({degree.institution for degree in degrees}) < len(degrees):
        raise places[1].entry("institution").wrong(Message("the other degree is at this institution too; name two"))
    return degrees


def _include(place: Place | None) -> tuple[Status, ...]:
    return tuple(dict.fromkeys(status.one_of(Status) for status in place.each())) if place else (Status.PASSED,)


def _shared(place: Place | None) -> SharedCredits | None:
    shared = place.fields((), ("shared_credits",)).get("shared_credits") if place else None
    return read_shared_credits(shared) if shared else None


def read_shared_credits(place: Place) -> SharedCredits:
    """How much may be shared, as an agreement says it."""
    fields = place.fields(("at_most",), ("exempt_tags",))
    return SharedCredits(at_most=fields["at_most"].credits(), exempt_tags=names(fields.get("exempt_tags")))


def _recognitions(fields: Fields, degrees: tuple[Degree, ...], record: dict[str, Attempt]) -> tuple[Recognition, ...]:
    if "recognitions" not in fields:
        return ()
    return read_recognitions(fields["recognitions"], {degree.id: degree for degree in degrees}, record)


def _item_ids(fields: Fields) -> Iterator[Place]:
    """The places of the ids of attempts and grants, which share one space."""
    for attempt in fields["record"].each():
        yield attempt.entry("id")
    for recognition in fields["recognitions"].each() if "recognitions" in fields else ():
        for grant in recognition.entry("grants").each():
            yield grant.entry("id")


def _claims(place: Place | None, case: Case, others: tuple[str, ...]) -> Claims:
    degrees = {degree.id: degree for degree in case.degrees}
    return {
        id_: _degree_claims(claims, degrees.get(id_), case, others)
        for id_, claims in (place.entries() if place else {}).items()
    }


def _degree_claims(place: Place, degree: Degree | None, case: Case, others: tuple[str, ...]) -> dict[str, str]:
    if degree is None:
        raise place.wrong(Message('no degree has the id "%(id)s"', {"id": str(place.key)}))
    items, places = items_of(degree, case), {*exclusive_leaves(degree), *others}
    claims: dict[str, str] = {}
    for item, claim in place.entries().items():
        if item not in items:
            raise claim.wrong(Message('degree %(degree)s has no item "%(item)s"', {"degree": degree.id, "item": item}))
        if claim.words() not in places:
            words = {"degree": degree.id, "place": claim.words(), "others": others}
            wrong = Message(
                '"%(place)s" is no exclusive requirement of degree %(degree)s, nor one of %(others)s', words
            )
            raise claim.wrong(wrong)
        claims[item] = claim.words()
    return claims


def items_of(degree: Degree, case: Case) -> set[str]:
    """The ids of everything that could be an item of the degree: attempts there and grants into it."""
    own = {attempt.id for attempt in case.record if attempt.institution == degree.institution}
    into = [recognition for recognition in case.recognitions if recognition.degree == degree.id]
    return own | {grant.id for recognition in into for grant in recognition.grants}


def exclusive_leaves(degree: Degree) -> set[str]:
    """The ids of the degree's exclusive leaves: the places that a claim may name."""
    leaves = (node for node in nodes(degree.requirements) if isinstance(node, Credits | Courses))
    return {leaf.id for leaf in leaves if not leaf.overlay}
