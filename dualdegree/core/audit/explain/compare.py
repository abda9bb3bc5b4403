"""What is different between two answers about one student, and why? Verdicts, shortfalls, claims, and their reasons.

All of it follows from both cases and both answers; nothing is searched again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from dualdegree.core.audit.answer import Answer, DegreeAnswer, Outcome
from dualdegree.core.audit.explain.counted import Counted, counted
from dualdegree.core.audit.explain.courses import CourseLine
from dualdegree.core.audit.explain.explanation import explain
from dualdegree.core.audit.explain.words import Names, name_of, names_in
from dualdegree.core.audit.facts import FREE, UNCOUNTED, Case
from dualdegree.core.audit.rules import All, Degree, Requirement, nodes
from dualdegree.core.text import Message, Text

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A case and its answer."""

    case: Case
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class DegreeStanding:
    """How a degree stands in one answer: what is counted of it, and the shortfall ``lack`` in ECTS, for no person."""

    met: bool
    lack: Decimal
    counted: Counted = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DegreeCompared:
    """One degree before and after, and in words what makes the difference; nothing when there is none."""

    id: str
    institution: str
    title: Text
    before: DegreeStanding
    after: DegreeStanding
    moved: bool
    """Whether some course counts elsewhere, or one more or one less does."""
    why: tuple[Message, ...]

    @property
    def changed(self) -> bool:
        """Whether verdict, shortfall or claims differ."""
        return self.moved or self.before != self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Both degrees before and after."""

    degrees: tuple[DegreeCompared, ...]

    @property
    def changed(self) -> bool:
        """Whether anything differs in either degree."""
        return any(degree.changed for degree in self.degrees)

    @property
    def verdict(self) -> bool:
        """Whether some degree is met in one answer and not in the other."""
        return any(degree.before.met is not degree.after.met for degree in self.degrees)

    @property
    def gravity(self) -> tuple[bool, bool, bool, Decimal]:
        """What lists are ordered by: a verdict lost first, then one gained, then the more that is lacking."""
        lost = any(degree.before.met and not degree.after.met for degree in self.degrees)
        more = sum((degree.after.lack - degree.before.lack for degree in self.degrees), ZERO)
        return not lost, not self.verdict, not more, -more


def compare(before: Judged, after: Judged) -> Comparison:
    """The difference between two answers about the degrees that both cases have, in the order of the later case."""
    earlier = {degree.id: degree for degree in before.case.degrees}
    courses: Mapping[str, Mapping[str, CourseLine]] = {}
    if not _same(before.answer, after.answer):
        said = explain(after.case, after.answer)
        courses = {degree.id: {course.item: course for course in degree.courses} for degree in said.degrees}
    names = {**names_in(before.case), **names_in(after.case)}
    return Comparison(
        degrees=tuple(
            _degree(
                _Judgement(before, earlier[degree.id]),
                _Judgement(after, degree),
                _Words(names=names, courses=courses.get(degree.id, {})),
            )
            for degree in after.case.degrees
            if degree.id in earlier
        )
    )


def _same(before: Answer, after: Answer) -> bool:
    """Whether there is nothing to tell: rules may differ and change no verdict, shortfall or claim."""
    return before.degrees.keys() == after.degrees.keys() and all(
        _figures_of(degree) == _figures_of(after.degrees[id_]) and places(degree) == places(after.degrees[id_])
        for id_, degree in before.degrees.items()
    )


def places(answer: DegreeAnswer) -> Mapping[str, str]:
    """Where each existing item went: a leaf's id, ``free`` or ``uncounted``."""
    return {**answer.claims, **dict.fromkeys(answer.not_counted, UNCOUNTED)}


def _figures_of(answer: DegreeAnswer) -> tuple[bool, Decimal]:
    return answer.met, answer.shortfall_ects


class _Judgement:
    """One degree in one of the two."""

    def __init__(self, judged: Judged, degree: Degree) -> None:
        self.degree, self.answer = degree, judged.answer.degrees[degree.id]
        met, lack = _figures_of(self.answer)
        self.stands = DegreeStanding(met=met, lack=lack, counted=counted(judged.case, degree, judged.answer))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What courses are called, and what the later answer says of those of one degree, by item."""

    names: Names
    courses: Mapping[str, CourseLine]


def _degree(before: _Judgement, after: _Judgement, words: _Words) -> DegreeCompared:
    old, new, was, now = before.degree, after.degree, before.answer, after.answer
    moved = places(was) != places(now)
    changed = moved or before.stands != after.stands
    why = (*_rules(old, new, was, now), *_moves(old, was, now, words)) if changed else ()
    return DegreeCompared(
        id=new.id,
        institution=new.institution,
        title=new.title or name_of(new.requirements),
        before=before.stands,
        after=after.stands,
        moved=moved,
        why=why,
    )


# Which requirement makes the difference


def _rules(old: Degree, new: Degree, was: DegreeAnswer, now: DegreeAnswer) -> Iterator[Message]:
    """What is met otherwise than before, requirement by requirement; a mere sum of parts is told by its parts."""
    before = {node.id: node for node in nodes(old.requirements) if not isinstance(node, All)}
    after = {node.id: node for node in nodes(new.requirements) if not isinstance(node, All)}
    for id_, node in after.items():
        outcome = now.requirements[id_]
        if id_ in before:
            yield from _about(node, was.requirements[id_], outcome)
        elif not outcome.met:
            yield Message("“%(node)s” is new and not met%(figures)s.", _words(node, outcome))
    for id_, node in before.items():
        if id_ not in after and not was.requirements[id_].met:
            yield Message("“%(node)s” was not met and is not asked for any more.", _words(node, was.requirements[id_]))


def _about(node: Requirement, was: Outcome, now: Outcome) -> Iterator[Message]:
    words = {**_words(node, now), "before": _figures(was)}
    if was.met and not now.met:
        yield Message("“%(node)s” was met%(before)s and is not met now%(figures)s.", words)
    elif now.met and not was.met:
        yield Message("“%(node)s” was not met%(before)s and is met now%(figures)s.", words)
    elif not now.met and (was.got, was.needed) != (now.got, now.needed):
        yield Message("“%(node)s” is not met, before%(before)s, now%(figures)s.", words)


def _words(node: Requirement, outcome: Outcome) -> dict[str, object]:
    return {"node": name_of(node), "figures": _figures(outcome)}


def _figures(outcome: Outcome) -> Message | str:
    if outcome.needed is None:
        return ""
    return Message(" (%(got)s of %(needed)s)", {"got": outcome.got or ZERO, "needed": outcome.needed})


# Which course counts elsewhere


def _moves(old: Degree, was: DegreeAnswer, now: DegreeAnswer, tell: _Words) -> Iterator[Message]:
    before, after = places(was), places(now)
    known = {node.id: node for node in nodes(old.requirements)}
    for item in (*before, *(item for item in after if item not in before)):
        if before.get(item) == after.get(item):
            continue
        words: dict[str, object] = {"course": tell.names[item], "now": _place_now(tell.courses.get(item))}
        if item not in before:
            yield Message("%(course)s is now taken into account. %(now)s", words)
        elif item not in after and item not in tell.courses:
            yield Message("%(course)s is not recognised any more.", words)
        else:
            words["before"] = _place_before(known, before[item])
            yield Message("%(course)s was %(before)s. Now: %(now)s", words)


def _place_before(known: Mapping[str, Requirement], place: str) -> Message:
    if place == UNCOUNTED:
        return Message("not counted")
    if place == FREE:
        return Message("counted without a requirement")
    return Message("counted for “%(node)s”", {"node": name_of(known[place])})


def _place_now(course: CourseLine | None) -> Message | str:
    """The sentence that says where the course counts or why not; what it was recognised for stands before it."""
    if course is None:
        return ""
    return course.says[1 if course.recognised else 0]
