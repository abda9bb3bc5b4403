"""Where did each credit go? Courses, requirements and the ways between them, from an audit and its words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.audit.progress.picture.rows import Row, rows, sentence
from dualdegree.audit.progress.picture.sketch import Course, Ribbon, Sketch, Spot
from dualdegree.audit.progress.picture.standing import OWN, RECOGNISED, REFUSED, SHARED, Standing
from dualdegree.core.audit.answer import Answer
from dualdegree.core.audit.explain.explanation import CourseTold, DegreeTold, Explanation, RequirementTold
from dualdegree.core.audit.facts import FREE, UNCOUNTED, Attempt, Case, Grant, Recognition
from dualdegree.core.audit.rules import Courses, Credits, nodes
from dualdegree.core.credit import rounded
from dualdegree.core.text import Message, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Both degrees as one sketch, each degree as a sketch of its own, and the table that says the same."""

    both: Sketch
    each: tuple[Sketch, ...]
    rows: tuple[tuple[Row, ...], ...]
    """By side, the courses sat there."""
    refused: bool
    """Whether something was recognised and then not counted."""


def trace(case: Case, answer: Answer, told: Explanation, names: Mapping[str, Text]) -> Trace:
    """Where everything went; ``names`` are those of the institutions."""
    return _Tracing(Standing(case, answer, told), names).trace()


class _Tracing:
    """The work of tracing one audit."""

    def __init__(self, of: Standing, names: Mapping[str, Text]) -> None:
        self.of, self.names = of, names

    def trace(self) -> Trace:
        """The sketches and the table."""
        ribbons = tuple(self._ribbons())
        used = {ribbon.spot for ribbon in ribbons}
        spots = tuple(
            spot for side, degree in enumerate(self.of.told.degrees) for spot in self._spots(degree, side, used)
        )
        both = Sketch(
            heads=tuple(self._heads(degree) for degree in self.of.told.degrees),
            rest=REST,
            courses=tuple(self._course(attempt) for attempt in self.of.record()),
            spots=spots,
            ribbons=ribbons,
        )
        return Trace(
            both=both,
            each=tuple(self._alone(degree) for degree in self.of.told.degrees),
            rows=tuple(tuple(rows(self.of, degree)) for degree in self.of.told.degrees),
            refused=any(ribbon.tone == REFUSED for ribbon in ribbons),
        )

    # Both degrees

    def _heads(self, degree: DegreeTold) -> tuple[Message, Text]:
        words = {"institution": self.names[degree.institution]}
        return Message("%(institution)s: courses, in ECTS", words), degree.title

    def _course(self, attempt: Attempt) -> Course:
        side = self.of.side[attempt.institution]
        told = self.of.said[self.of.told.degrees[side].id, attempt.id]
        counted = told.place not in (None, UNCOUNTED)
        note = self.of.shared(attempt) or (None if counted else told.says[-1])
        return Course(
            key=attempt.id,
            side=side,
            title=attempt.title or attempt.course,
            amount=self.of.ects(attempt),
            note=note or "",
            told=sentence(told.name, *told.says),
            tone=self.of.tone(attempt, OWN),
        )

    def _ribbons(self) -> Iterator[Ribbon]:
        for attempt in self.of.record():
            degree = self.of.told.degrees[self.of.side[attempt.institution]].id
            if (place := self.of.claims[degree].get(attempt.id)) is not None:
                yield self._ribbon(attempt, degree, place, self.of.ects(attempt), OWN)
        for recognition in self.of.case.recognitions:
            yield from self._recognised(recognition)

    def _recognised(self, recognition: Recognition) -> Iterator[Ribbon]:
        """The ways of a recognition's grants, divided among the attempts that it rests on by their ECTS."""
        degree = recognition.degree
        ways: dict[tuple[str, str], Decimal] = {}
        for grant in recognition.grants:
            if (item := self.of.items[degree].get(grant.id)) is None:
                continue
            place = self.of.claims[degree].get(grant.id, UNCOUNTED)
            sat = {attempt.id: attempt for attempt in item.rests_on}
            whole = sum((self.of.ects(attempt) for attempt in sat.values()), Decimal(0)) or Decimal(1)
            for id_, attempt in sat.items():
                if attempt.institution not in self.of.side:
                    continue
                part = self.of.granted(degree, grant) * self.of.ects(attempt) / whole
                ways[id_, place] = ways.get((id_, place), Decimal(0)) + part
        attempts = {attempt.id: attempt for attempt in self.of.case.record}
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
            told=Message("%(course)s → %(place)s: %(ects)s ECTS", words),
            tone=REFUSED if place == UNCOUNTED else self.of.tone(attempt, tone),
        )

    def _spots(self, degree: DegreeTold, side: int, used: set[str]) -> Iterator[Spot]:
        told = {one.id: one for one in degree.requirements}
        for node in nodes(self.of.rules[degree.id].requirements):
            if isinstance(node, Credits | Courses) and not node.overlay:
                one = told[node.id]
                note = _amount(one, in_courses=isinstance(node, Courses))
                yield Spot(
                    key=f"{degree.id}/{node.id}",
                    side=side,
                    title=one.title,
                    note=note,
                    told=sentence(Message("%(place)s", {"place": one.title}), one.asks, note),
                    tone="met" if one.met else "unmet",
                )
        for place, words in PLACES.items():
            if f"{degree.id}/{place}" in used:
                yield Spot(key=f"{degree.id}/{place}", side=side, title=words, told=words, tone=place)

    def _title(self, degree: str, place: str) -> Message | Text:
        told = next(one for one in self.of.told.degrees if one.id == degree)
        return PLACES.get(place) or next(one.title for one in told.requirements if one.id == place)

    # One degree

    def _alone(self, degree: DegreeTold) -> Sketch:
        """One degree with whatever was offered to it, sat there or recognised into it."""
        items = self._offered(degree)
        ribbons = tuple(
            Ribbon(
                course=told.item,
                spot=f"{degree.id}/{told.place}",
                ects=ects,
                told=sentence(told.name, *told.says),
                tone=REFUSED if told.place == UNCOUNTED else tone,
            )
            for told, _, ects, tone, _ in items
            if told.place is not None and (told.place != UNCOUNTED or told.recognised)
        )
        return Sketch(
            heads=((Message("Courses, in ECTS"), degree.title),),
            rest=REST,
            courses=tuple(
                Course(
                    key=told.item,
                    side=0,
                    title=title,
                    amount=ects,
                    note=note or "",
                    told=sentence(told.name, *told.says),
                    tone=tone,
                )
                for told, title, ects, tone, note in items
            ),
            spots=tuple(self._spots(degree, 0, {ribbon.spot for ribbon in ribbons})),
            ribbons=ribbons,
        )

    def _offered(self, degree: DegreeTold) -> list[tuple[CourseTold, Text | str, Decimal, str, Message | None]]:
        own = {attempt.id: attempt for attempt in self.of.case.record}
        grants = {grant.id: (grant, of) for of in self.of.case.recognitions for grant in of.grants}
        found = []
        for told in degree.courses:
            served = told.place not in (None, UNCOUNTED)
            if told.item in own and not told.recognised:
                attempt = own[told.item]
                tone, note = self.of.tone(attempt, OWN), self.of.shared(attempt)
                title, ects = attempt.title or attempt.course, self.of.ects(attempt)
            else:
                grant, _ = grants[told.item]
                tone, note = self._of_grant(degree.id, grant)
                title, ects = grant.title or grant.course or grant.id, self.of.granted(degree.id, grant)
            found.append((told, title, ects, tone, note if served else told.says[-1]))
        return found

    def _of_grant(self, degree: str, grant: Grant) -> tuple[str, Message]:
        item = self.of.items[degree].get(grant.id)
        works = [attempt for attempt in item.rests_on if self.of.shared(attempt)] if item else []
        if works and grant.id in self.of.claims[degree]:
            return SHARED, RECOGNISED_IN_BOTH
        return RECOGNISED, ONLY_RECOGNISED


REST = Message("Serves nothing, and why")
ONLY_RECOGNISED = Message("recognised")
RECOGNISED_IN_BOTH = Message("recognised, in both degrees")
PLACES: Mapping[str, Message] = {
    FREE: Message("Counted without a requirement of its own"),
    UNCOUNTED: Message("Recognised, but not counted"),
}


def _amount(told: RequirementTold, *, in_courses: bool) -> Message:
    words = {"got": told.got, "needed": told.needed}
    in_credits = Message("%(got)s of %(needed)s credits", words)
    amount = Message("%(got)s of %(needed)s courses", words) if in_courses else in_credits
    if not told.met:
        return Message("%(amount)s, not met", {"amount": amount})
    short = told.got is not None and told.needed is not None and told.got < told.needed
    return Message("%(amount)s, waived", {"amount": amount}) if short else amount
