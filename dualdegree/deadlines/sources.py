"""From which days do deadlines run? What each office knows to have begun and not to have ended.

An office with periods of its own registers one function under the word by which profiles name them (``starts``).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.dossiers import conferred_of
from dualdegree.audit.models import LatestAudit
from dualdegree.audit.service import Include
from dualdegree.conferral.models import IssuedDocument
from dualdegree.core.approval import State
from dualdegree.core.audit.facts import Status
from dualdegree.core.days import day_in
from dualdegree.core.deadlines import Occurrence
from dualdegree.core.terms import in_words as term_in_words
from dualdegree.core.text import Message
from dualdegree.core.transcript import DocumentKind
from dualdegree.programmes.institutions.profile import Profile
from dualdegree.records.models import Enrolment, RegisteredAttempt
from dualdegree.records.standing.states import standings_of
from dualdegree.requests.models import WAITING, RecognitionRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPeriods:
    """Which periods are asked for: those of this moment, of every student or of one."""

    at: dt.datetime
    student: int | None = None

    def concerning(self, column: Any) -> sa.ColumnElement[bool]:
        """Whether the student in this column is asked for."""
        return sa.true() if self.student is None else column == self.student


Source = Callable[[orm.Session, Profile, AskedPeriods], Iterable[Occurrence]]
"""What has begun at the institution whose profile it is; a fixed number of queries."""
_SOURCES: dict[str, Source] = {}


def register(starts: str, source: Source) -> None:
    """Let ``source`` say from which days the periods run that profiles name by ``starts``; a repeat changes nothing."""
    _SOURCES[starts] = source


def begun(session: orm.Session, profile: Profile, starts: str, asked: AskedPeriods) -> tuple[Occurrence, ...]:
    """Every period of this kind that has begun there; nothing for a kind that no office knows."""
    source = {**OWN, **_SOURCES}.get(starts)
    return tuple(source(session, profile, asked)) if source else ()


def results(session: orm.Session, profile: Profile, asked: AskedPeriods) -> Iterator[Occurrence]:
    """The partner's students with results of a term published on a known day, and no document issued since."""
    days = profile.deadlines.results
    partner, row = orm.aliased(Enrolment), RegisteredAttempt
    linked = sa.select(partner.id).where(
        partner.student_id == Enrolment.student_id, partner.institution_id != profile.institution
    )
    query = (
        sa.select(Enrolment.student_id, row.term)
        .join(Enrolment, Enrolment.id == row.enrolment_id)
        .where(row.institution_id == profile.institution, row.term.in_(list(days)), linked.exists())
        .where(row.status.in_([Status.PASSED, Status.FAILED]), asked.concerning(Enrolment.student_id))
        .distinct()
        .order_by(Enrolment.student_id, row.term)
    )
    latest = _issued(session, profile)
    for student, term in session.execute(query):
        if days[term] <= day_in(asked.at, profile.time_zone) and not latest.get(student, dt.date.min) >= days[term]:
            yield Occurrence(
                student=student,
                key=f"results:{student}:{term}",
                on=days[term],
                what=Message("transcript with the results of %(term)s", {"term": term_in_words(term)}),
                link=f"/students/{student}/documents",
            )


def _issued(session: orm.Session, profile: Profile) -> dict[int, dt.date]:
    """The day of each student's latest document with the institution's results: of both degrees, or its own interim."""
    row = IssuedDocument
    with_results = sa.or_(row.kind == DocumentKind.OFFICIAL, row.institution_id == profile.institution)
    query = sa.select(row.student_id, sa.func.max(row.issued_at)).where(with_results).group_by(row.student_id)
    return {student: day_in(issued_at, profile.time_zone) for student, issued_at in session.execute(query)}


def requests(session: orm.Session, profile: Profile, asked: AskedPeriods) -> Iterator[Occurrence]:
    """The requests that wait for the institution, from the day on which its step is due by the profile."""
    row, here = RecognitionRequest, profile.institution
    at_partner = row.state == State.ENDORSED
    turn = sa.or_(sa.and_(at_partner, row.partner_id == here), sa.and_(~at_partner, row.institution_id == here))
    query = sa.select(row.id, row.student_id, row.state, row.due_on).where(row.state.in_(WAITING), turn)
    query = query.where(row.due_on.is_not(None), asked.concerning(row.student_id)).order_by(row.id)
    for number, student, state, due in session.execute(query):
        yield Occurrence(
            student=student,
            key=f"request:{number}:{state}",
            on=cast("dt.date", due),
            what=Message("next step of request no. %(number)s for recognition", {"number": str(number)}),
            link=f"/recognition/requests/{number}",
        )


def duration(session: orm.Session, profile: Profile, asked: AskedPeriods) -> Iterator[Occurrence]:
    """The last day on which each student may be enrolled, once the profile has it warned of."""
    here = sa.and_(Enrolment.institution_id == profile.institution, asked.concerning(Enrolment.student_id))
    query = sa.select(Enrolment).where(here).order_by(Enrolment.student_id)
    enrolments = session.scalars(query).all() if profile.longest else ()
    for standing in standings_of(session, enrolments, asked.at).values():
        if standing.time is not None and standing.time.is_near:
            student = standing.enrolment.student_id
            yield Occurrence(
                student=student,
                key=f"duration:{student}:{standing.time.last_day.isoformat()}",
                on=standing.time.last_day,
                what=Message("end of the longest duration of studies"),
                link=f"/students/{student}/enrolment",
            )


def requirements(session: orm.Session, profile: Profile, asked: AskedPeriods) -> Iterator[Occurrence]:
    """The degrees whose requirements are met, as far as kept audits tell, and that are not conferred."""
    row = LatestAudit
    sides = ((row.first_enrolment, row.first_met_since), (row.second_enrolment, row.second_met_since))
    met = [
        (student, day_in(cast("dt.datetime", since), profile.time_zone))
        for enrolment, met_since in sides
        for student, since in session.execute(
            sa.select(row.student_id, met_since)
            .join(Enrolment, Enrolment.id == enrolment)
            .where(Enrolment.institution_id == profile.institution, met_since.is_not(None))
            .where(row.include == Include.OFFICIAL, asked.concerning(row.student_id))
            .order_by(row.student_id)
        )
    ]
    conferred = conferred_of(session, [student for student, _ in met])
    for student, since in met:
        if all(degree.institution_id != profile.institution for degree in conferred[student]):
            yield Occurrence(
                student=student,
                key=f"requirements:{student}:{since.isoformat()}",
                on=since,
                what=Message("conferral of the degree whose requirements are met"),
                link=f"/students/{student}/progress",
            )


OWN: dict[str, Source] = {
    "results": results,
    "requests": requests,
    "duration": duration,
    "requirements": requirements,
}
"""What profiles can name by ``starts`` without another office."""
