"""What does the table beside the picture say of each course?"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.audit.progress.picture.standing import PictureStanding
from dualdegree.core.audit.explain.explanation import DegreeExplained
from dualdegree.core.audit.explain.words import item_name
from dualdegree.core.audit.facts import Attempt
from dualdegree.core.text import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRow:
    """One course in the table beside the picture: what became of it in each degree, in the order of the degrees."""

    name: Message
    ects: Decimal
    note: Message | None
    says: tuple[tuple[Message, ...], ...]


def rows(standing: PictureStanding, degree: DegreeExplained) -> Iterator[PictureRow]:
    """The courses sat at the university of this degree, in the order of the record."""
    for attempt in standing.record():
        if attempt.institution == degree.institution:
            yield PictureRow(
                name=standing.said[degree.id, attempt.id].name,
                ects=standing.ects(attempt),
                note=standing.shared(attempt),
                says=tuple(tuple(_became(standing, other, attempt)) for other in standing.explanation.degrees),
            )


def _became(standing: PictureStanding, degree: DegreeExplained, attempt: Attempt) -> Iterator[Message]:
    if degree.institution == attempt.institution:
        yield from standing.said[degree.id, attempt.id].says
    for twin in standing.record():
        if attempt.work and twin.work == attempt.work and twin.institution == degree.institution != attempt.institution:
            yield Message("The same work stands in this register: %(name)s.", {"name": item_name(twin)})
    for recognition in standing.case.recognitions:
        if recognition.degree != degree.id:
            continue
        for grant in recognition.grants:
            item = standing.items[degree.id].get(grant.id)
            if attempt.id in recognition.sources or (item and attempt in item.rests_on):
                course = standing.said[degree.id, grant.id]
                yield Message("As %(name)s: %(says)s", {"name": course.name, "says": sentence(*course.says[1:])})


def sentence(first: Message, *others: Message) -> Message:
    """Several sentences as one."""
    for other in others:
        first = Message("%(first)s %(then)s", {"first": first, "then": other})
    return first
