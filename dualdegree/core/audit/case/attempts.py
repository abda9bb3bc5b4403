"""Which attempts, recognitions and milestones does a text state? Each is read with every check that it needs alone."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypedDict

from dualdegree.core.audit.case.rule_text import Fields, read_text, unique
from dualdegree.core.audit.facts import Achieved, Attempt, Grant, Recognition, Status
from dualdegree.core.audit.rules import Degree
from dualdegree.core.source.tree import Place
from dualdegree.core.text import Message, Text

ITEM_KEYS = ("grade", "points", "level", "language", "tags", "ungraded_pass", "title")
ATTEMPT_KEYS = (*ITEM_KEYS, "term", "ects", "work", "repeatable")


class _Item(TypedDict):
    id: str
    credits: Decimal
    grade: Decimal | None
    points: Decimal | None
    level: Decimal | None
    language: str | None
    tags: tuple[str, ...]
    ungraded_pass: bool
    title: Text


def read_attempt(place: Place) -> Attempt:
    """One attempt at one course."""
    fields = place.fields(("id", "institution", "course", "credits", "status"), ATTEMPT_KEYS)
    return Attempt(
        **_item(fields),
        institution=fields["institution"].name(),
        course=fields["course"].name(),
        status=fields["status"].one_of(Status),
        term=fields["term"].words() if "term" in fields else "",
        ects=fields["ects"].credits() if "ects" in fields else None,
        work=fields["work"].name() if "work" in fields else None,
        repeatable="repeatable" in fields and fields["repeatable"].flag(),
    )


def _grant(place: Place) -> Grant:
    fields = place.fields(("id", "credits"), ("course", *ITEM_KEYS))
    return Grant(**_item(fields), course=fields["course"].name() if "course" in fields else None)


def _item(fields: Fields) -> _Item:
    return {
        "id": fields["id"].name(),
        "credits": fields["credits"].credits(),
        "grade": _figure(fields.get("grade")),
        "points": _figure(fields.get("points")),
        "level": _figure(fields.get("level")),
        "language": fields["language"].name() if "language" in fields else None,
        "tags": names(fields.get("tags")),
        "ungraded_pass": "ungraded_pass" in fields and fields["ungraded_pass"].flag(),
        "title": read_text(fields.get("title")),
    }


def _figure(place: Place | None) -> Decimal | None:
    return place.grade() if place else None


def names(place: Place | None) -> tuple[str, ...]:
    """A list of names, each once; none where there is no list."""
    return tuple(dict.fromkeys(name.name() for name in place.each())) if place else ()


def read_milestone(place: Place) -> Achieved:
    """One milestone that the record holds."""
    fields = place.fields(("milestone",), ("institution", "value"))
    return Achieved(
        milestone=fields["milestone"].name(),
        institution=fields["institution"].name() if "institution" in fields else None,
        value=_figure(fields.get("value")),
    )


def read_recognitions(
    place: Place, degrees: Mapping[str, Degree], record: Mapping[str, Attempt]
) -> tuple[Recognition, ...]:
    """All recognitions: into known degrees, from known attempts elsewhere, each attempt once into each degree."""
    spent: dict[tuple[str, str], Place] = {}
    recognitions = tuple(_recognition(each, degrees, record, spent) for each in place.each())
    unique(each.entry("id") for each in place.each())
    return recognitions


def _recognition(
    place: Place, degrees: Mapping[str, Degree], record: Mapping[str, Attempt], spent: dict[tuple[str, str], Place]
) -> Recognition:
    fields = place.fields(("id", "degree", "from", "grants"))
    degree = degrees.get(fields["degree"].name())
    if degree is None:
        raise fields["degree"].wrong(Message('no degree has the id "%(id)s"', {"id": fields["degree"].words()}))
    sources = fields["from"].each()
    if not sources:
        raise fields["from"].wrong(Message("a recognition rests on at least one attempt; name it"))
    return Recognition(
        id=fields["id"].name(),
        degree=degree.id,
        sources=tuple(_source(source, degree, record, spent) for source in sources),
        grants=tuple(_grant(grant) for grant in fields["grants"].each()),
    )


def _source(place: Place, degree: Degree, record: Mapping[str, Attempt], spent: dict[tuple[str, str], Place]) -> str:
    attempt = record.get(place.name())
    words = {"id": place.words(), "degree": degree.id}
    if attempt is None:
        raise place.wrong(Message('no attempt of the record has the id "%(id)s"', words))
    if attempt.institution == degree.institution:
        raise place.wrong(
            Message('"%(id)s" was sat where degree %(degree)s is at home; it counts there as it is', words)
        )
    if before := spent.get((degree.id, attempt.id)):
        words["key"] = before.path
        wrong = Message(
            '"%(id)s" is already recognised into degree %(degree)s (%(key)s); a credit is spent once', words
        )
        raise place.wrong(wrong)
    spent[degree.id, attempt.id] = place
    return attempt.id
