"""Where did each credit go? Courses, requirements and the ways between them, from an audit and its words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.audit.progress.picture.rows import PictureRow, rows, sentence
from dualdegree.audit.progress.picture.sketch import CourseBox, Ribbon, Sketch, Spot
from dualdegree.audit.progress.picture.standing import OWN, RECOGNISED, REFUSED, SHARED, PictureStanding
from dualdegree.core.audit.answer import Answer
from dualdegree.core.audit.explain.explanation import CourseLine, DegreeExplained, Explanation, RequirementLine
from dualdegree.core.audit.facts import FREE, UNCOUNTED, Attempt, Case, Grant, Recognition
from dualdegree.core.audit.rules import Courses, Credits, nodes
from dualdegree.core.credit import rounded
from dualdegree.core.text import Message, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Both degrees as one sketch, each degree as a sketch of its own, and the table that says the same."""

    both: Sketch
    each: tuple[Sketch, ...]
    rows: tuple[tuple[PictureRow, ...], ...]
    """By side, the courses sat there."""
    refused: bool
    """Whether something was recognised and then not counted."""


def trace(case: Case, answer: Answer, explanation: Explanation, names: Mapping[str, Text]) -> Trace:
    """Where everything went; ``names`` are those of the institutions."""
    return _Tracing(PictureStanding(case, answer, explanation), names).trace()


class _Tracing:
    """The work of tracing one audit."""

    def __init__(self, standing: PictureStanding, names: Mapping[str, Text]) -> None:
        self.standing, self.names = standing, names

    def trace(self) -> Trace:
        """The sketches and the table."""
        ribbons = tuple(self._ribbons())
        used = {ribbon.spot for ribbon in ribbons}
        spots = tuple(
            spot
            for side, degree in enumerate(self.standing.explanation.degrees)
            for spot in self._spots(degree, side, used)
        )
        both = Sketch(
            heads=tuple(self._heads(degree) for degree in self.standing.explanation.degrees),
            rest=REST,
            courses=tuple(self._course(attempt) for attempt in self.standing.record()),
            spots=spots,
            ribbons=ribbons,
        )
        return Trace(
            both=both,
            each=tuple(self._alone(degree) for degree in self.standing.explanation.degrees),
            rows=tuple(tuple(rows(self.standing, degree)) for degree in self.standing.explanation.degrees),
            refused=any(ribbon.tone == REFUSED for ribbon in ribbons),
        )

    # Both degrees

    def _heads(self, degree: DegreeExplained) -> tuple[Message, Text]:
        words = {"institution": self.names[degree.institution]}
        return Message("%(institution)s: courses, in ECTS", words), degree.title

    def _course(self, attempt: Attempt) -> CourseBox:
        side = self.standing.side[attempt.institution]
        course = self.standing.said[self.standing.explanation.degrees[side].id, attempt.id]
        counted = course.place not in (None, UNCOUNTED)
        note = self.standing.shared(attempt) or (None if counted else course.says[-1])
        return CourseBox(
            key=attempt.id,
            side=side,
            title=attempt.title or attempt.course,
            amount=self.standing.ects(attempt),
            note=note or "",
            label=sentence(course.name, *course.says),
            tone=self.standing.tone(attempt, OWN),
        )

    def _ribbons(self) -> Iterator[Ribbon]:
        for attempt in self.standing.record():
            degree = self.standing.explanation.degrees[self.standing.side[attempt.institution]].id
            if (place := self.standing.claims[degree].get(attempt.id)) is not None:
                yield self._ribbon(attempt, degree, place, self.standing.ects(attempt), OWN)
        for recognition in self.standing.case.recognitions:
            yield from self._recognised(recognition)

    def _recognised(self, recognition: Recognition) -> Iterator[Ribbon]:
        """The ways of a recognition's grants, divided among the attempts that it rests on by their ECTS."""
        degree = recognition.degree
        ways: dict[tuple[str, str], Decimal] = {}
        for grant in recognition.grants:
            if (item := self.standing.items[degree].get(grant.id)) is None:
                continue
            place = self.standing.claims[degree].get(grant.id, UNCOUNTED)
            sat = {attempt.id: attempt for attempt in item.rests_on}
            whole = sum((self.standing.ects(attempt) for attempt in sat.values()), Decimal(0)) or Decimal(1)
            for id_, attempt in sat.items():
                if attempt.institution not in self.standing.side:
                    continue
                part = self.standing.granted(degree, grant) * self.standing.ects(attempt) / whole
                ways[id_, place] = ways.get((id_, place), Decimal(0)) + part
        attempts = {attempt.id: attempt for attempt in self.standing.case.record}
        for (id_, place), ects in ways.items():
            yield self._ribbon(attempts[id_], degree, place, ects, RECOGNISED)

    def _ribbon(self, attempt: Attempt, degree: str, place: str, ects: Decimal, tone: str) -> Ribbon:
        title = attempt.title or attempt.course
        words = {
            "course": title,
            "ects": rounded(ects, 2),
            "place": self._title(degree, place),
        }
        return Ribbon(
            course=attempt.id,
            spot=f"{degree}/{place}",
            ects=ects,
            label=Message("%(course)s → %(place)s: %(ects)s ECTS", words),
            tone=REFUSED if place == UNCOUNTED else self.standing.tone(attempt, tone),
        )

    def _spots(self, degree: DegreeExplained, side: int, used: set[str]) -> Iterator[Spot]:
        by_id = {by_id.id: by_id for by_id in degree.requirements}
        for node in nodes(self.standing.rules[degree.id].requirements):
            if isinstance(node, Credits | Courses) and not node.overlay:
                requirement = by_id[node.id]
                note = _amount(requirement)
                yield Spot(
                    key=f"{degree.id}/{node.id}",
                    side=side,
                    title=requirement.title,
                    note=note,
                    label=sentence(Message("%(place)s", {"place": requirement.title}), requirement.asks, note),
                    tone="met" if requirement.met else "unmet",
                )
        for place, words in PLACES.items():
            if f"{degree.id}/{place}" in used:
                yield Spot(key=f"{degree.id}/{place}", side=side, title=words, label=words, tone=place)

    def _title(self, degree: str, place: str) -> Message | Text:
        explained = next(explained for explained in self.standing.explanation.degrees if explained.id == degree)
        return PLACES.get(place) or next(
            requirement.title for requirement in explained.requirements if requirement.id == place
        )

    # One degree

    def _alone(self, degree: DegreeExplained) -> Sketch:
        """One degree with whatever was offered to it, sat there or recognised into it."""
        items = self._offered(degree)
        ribbons = tuple(
            Ribbon(
                course=course.item,
                spot=f"{degree.id}/{course.place}",
                ects=ects,
                label=sentence(course.name, *course.says),
                tone=REFUSED if course.place == UNCOUNTED else tone,
            )
            for course, _, ects, tone, _ in items
            if course.place is not None and (course.place != UNCOUNTED or course.recognised)
        )
        return Sketch(
            heads=((Message("Courses, in ECTS"), degree.title),),
            rest=REST,
            courses=tuple(
                CourseBox(
                    key=course.item,
                    side=0,
                    title=title,
                    amount=ects,
                    note=note or "",
                    label=sentence(course.name, *course.says),
                    tone=tone,
                )
                for course, title, ects, tone, note in items
            ),
            spots=tuple(self._spots(degree, 0, {ribbon.spot for ribbon in ribbons})),
            ribbons=ribbons,
        )

    def _offered(self, degree: DegreeExplained) -> list[tuple[CourseLine, Text | str, Decimal, str, Message | None]]:
        own = {attempt.id: attempt for attempt in self.standing.case.record}
        grants = {
            grant.id: (grant, recognition)
            for recognition in self.standing.case.recognitions
            for grant in recognition.grants
        }
        offered = []
        for course in degree.courses:
            served = course.place not in (None, UNCOUNTED)
            if course.item in own and not course.recognised:
                attempt = own[course.item]
                tone, note = self.standing.tone(attempt, OWN), self.standing.shared(attempt)
                title, ects = attempt.title or attempt.course, self.standing.ects(attempt)
            else:
                grant, _ = grants[course.item]
                tone, note = self._of_grant(degree.id, grant)
                title, ects = grant.title or grant.course or grant.id, self.standing.granted(degree.id, grant)
            offered.append((course, title, ects, tone, note if served else course.says[-1]))
        return offered

    def _of_grant(self, degree: str, grant: Grant) -> tuple[str, Message]:
        item = self.standing.items[degree].get(grant.id)
        works = [attempt for attempt in item.rests_on if self.standing.shared(attempt)] if item else []
        if works and grant.id in self.standing.claims[degree]:
            return SHARED, RECOGNISED_IN_BOTH
        return RECOGNISED, ONLY_RECOGNISED


REST = Message("Serves nothing, and why")
ONLY_RECOGNISED = Message("recognised")
RECOGNISED_IN_BOTH = Message("recognised, in both degrees")
PLACES: Mapping[str, Message] = {
    FREE: Message("Counted without a requirement of its own"),
    UNCOUNTED: Message("Recognised, but not counted"),
}


def _amount(requirement: RequirementLine) -> Message:
    # Every leaf of credits or courses has a figure.
    amount = Message("%(amount)s", {"amount": requirement.stands})
    if not requirement.met:
        return Message("%(amount)s, not met", {"amount": amount})
    short = requirement.got is not None and requirement.needed is not None and requirement.got < requirement.needed
    return Message("%(amount)s, waived", {"amount": amount}) if short else amount
