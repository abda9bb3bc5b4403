"""What does an audit read where a degree is conferred already? That degree as it was, all else as it is.

A register goes on changing after a degree was conferred. The degree stays what it was: its attempts, milestones,
exceptions and what was recognised into it are those of the decision. The other degree is judged by today's record.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dualdegree.core.audit.facts import Achieved, Attempt, Case, GrantedException, Recognition, Status
from dualdegree.core.curricula.individual import OUTSIDE

AS_CONFERRED = "as conferred"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferredClaims:
    """One degree as it was conferred: the whole case of that day, and which item served what in the degree."""

    degree: str
    case: Case
    claims: Mapping[str, str]

    @property
    def institution(self) -> str:
        """Whose degree it is."""
        return next(degree.institution for degree in self.case.degrees if degree.id == self.degree)


def as_conferred(today: Case, was: ConferredClaims) -> Case:
    """Today's case with that degree as it was conferred, and its claims fixed."""
    here = was.institution
    kept = _courses(attempt for attempt in was.case.record if attempt.institution == here)
    own = [attempt for attempt in was.case.record if (attempt.institution, attempt.course) in kept]
    record = [attempt for attempt in today.record if (attempt.institution, attempt.course) not in kept]
    recognised, copies = _as_they_were(was, [*own, *record])
    recognised += _into_the_other(today, was.degree, kept, own)
    return replace(
        today,
        record=tuple(sorted((*own, *record, *copies), key=lambda attempt: attempt.id)),
        recognitions=_in_order(today, recognised),
        milestones=_milestones(today, was.case, here),
        exceptions=_exceptions(today, was.case, was.degree),
        conferred={**today.conferred, was.degree: was.claims},
    )


def _in_order(today: Case, recognitions: Iterable[Recognition]) -> tuple[Recognition, ...]:
    """In today's order, so that a case in which nothing has changed is written as it was."""
    place = {recognition.id: at for at, recognition in enumerate(today.recognitions)}
    return tuple(sorted(recognitions, key=lambda row: (place.get(row.id, len(place)), row.id)))


def _milestones(today: Case, then: Case, here: str) -> tuple[Achieved, ...]:
    others = [held for held in today.milestones if held.institution != here]
    own = [held for held in then.milestones if held.institution == here]
    return tuple(sorted((*others, *own), key=lambda held: held.institution or ""))


def _exceptions(today: Case, then: Case, degree: str) -> tuple[GrantedException, ...]:
    own = tuple(entered for entered in then.exceptions if entered.degree == degree)
    if own == tuple(entered for entered in today.exceptions if entered.degree == degree):
        return today.exceptions
    return (*(entered for entered in today.exceptions if entered.degree != degree), *own)


def facts_of(case: Case, was: ConferredClaims) -> Case:
    """What of a case the degree rests on, so that the day of the decision and today can be laid side by side.

    Attempts that were claimed or on which something claimed rested, what is recognised so, and its milestones.
    """
    claimed = tuple(_claimed(case, was))
    rests_on = {source for recognition in _claimed(was.case, was) for source in recognition.sources}
    return Case(
        degrees=(),
        record=tuple(attempt for attempt in case.record if attempt.id in was.claims or attempt.id in rests_on),
        recognitions=claimed,
        milestones=tuple(held for held in case.milestones if held.institution == was.institution),
    )


def _claimed(case: Case, was: ConferredClaims) -> Iterator[Recognition]:
    """What is recognised into the degree and counted there when it was conferred."""
    for recognition in case.recognitions:
        if recognition.degree == was.degree and any(grant.id in was.claims for grant in recognition.grants):
            yield recognition


def _courses(attempts: Iterable[Attempt]) -> frozenset[tuple[str, str]]:
    """The courses that are passed."""
    return frozenset((attempt.institution, attempt.course) for attempt in attempts if attempt.status is Status.PASSED)


def _as_they_were(was: ConferredClaims, record: Iterable[Attempt]) -> tuple[list[Recognition], list[Attempt]]:
    """What was recognised into the degree, and a copy of each attempt on which it rests and that is passed no more.

    The copy belongs to no register: the other degree has nothing of it.
    """
    rows = tuple(record)
    ids, passed = {attempt.id for attempt in rows}, _courses(rows)
    then = {attempt.id: attempt for attempt in was.case.record}
    recognitions, copies = [], {}
    for recognition in was.case.recognitions:
        if recognition.degree != was.degree:
            continue
        sources = []
        for source in recognition.sources:
            attempt = then[source]
            if source in ids and (attempt.institution, attempt.course) in passed:
                sources.append(source)
            else:
                copy = replace(attempt, id=f"{source}/{AS_CONFERRED}", institution=OUTSIDE, repeatable=True)
                copies[copy.id] = copy
                sources.append(copy.id)
        recognitions.append(replace(recognition, sources=tuple(sources)))
    return recognitions, list(copies.values())


def _into_the_other(
    today: Case, degree: str, kept: frozenset[tuple[str, str]], own: Iterable[Attempt]
) -> Iterator[Recognition]:
    """What is recognised into the other degree by today's record: what is not passed there any more gives nothing."""
    now = {attempt.id: attempt for attempt in today.record}
    passed = _courses(today.record)
    rows = tuple(own)
    ids = {attempt.id for attempt in rows}
    by_course = {(row.institution, row.course): row.id for row in rows if row.status is Status.PASSED}
    for recognition in today.recognitions:
        if recognition.degree == degree:
            continue
        courses = {source: (now[source].institution, now[source].course) for source in recognition.sources}
        if any(course in kept and course not in passed for course in courses.values()):
            continue
        sources = tuple(
            by_course[course] if course in kept and source not in ids else source for source, course in courses.items()
        )
        yield replace(recognition, sources=sources)
