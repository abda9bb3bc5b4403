"""How far has each of these students come on the way to each degree, and for what do they wait?"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.dossiers import DossierSide, dossiers
from dualdegree.audit.models import ConferredDegree
from dualdegree.audit.service import Audit, Include, audits
from dualdegree.conferral.models import Award, Hearing
from dualdegree.core.conferral.refusals import OPEN, HearingState
from dualdegree.core.conferral.sessions import Candidate, SessionRules, in_order
from dualdegree.core.conferral.steps import DegreeProgress, DegreeStep, awaited
from dualdegree.core.days import day_in
from dualdegree.core.text import Text
from dualdegree.programmes import service as programmes
from dualdegree.programmes.institutions.conferring import Conferring
from dualdegree.programmes.models import Institution
from dualdegree.programmes.texts import agreed, profile_of
from dualdegree.records.models import Student
from dualdegree.records.standing.holds import holding


@dataclass(frozen=True, slots=True, kw_only=True)
class DegreeWay:
    """One student's way to the degree of one institution.

    ``met_on`` is since when the requirements are met, ``met_or_earlier`` that it may have been before. ``first`` is the
    institution that has to confer before this one, by the agreement, and has not. ``held_by`` are the names of those
    with an open hold on the student; what it is about is no business of the way.
    """

    audit: Audit
    side: DossierSide
    institution: Institution
    award: Award | None
    hearings: tuple[Hearing, ...]
    met_on: dt.date | None
    met_or_earlier: bool
    first: Institution | None
    held_by: tuple[Text, ...]

    @property
    def student(self) -> Student:
        """Whose way it is."""
        return self.audit.question.dossier.student

    @property
    def conferring(self) -> Conferring | None:
        """How the institution confers; None where it decides on no degrees here."""
        return profile_of(self.institution).conferring

    @property
    def order(self) -> tuple[DegreeStep, ...]:
        """The institution's steps, in its order."""
        return self.conferring.steps if self.conferring else (DegreeStep.REQUIREMENTS,)

    @property
    def progress(self) -> DegreeProgress:
        """How far the student has come."""
        award = self.award
        met = self.audit.met[self.side.curriculum.degree.id]
        if award is None:
            return DegreeProgress(met=met, conferred_on=self.conferred_on)
        zone = profile_of(self.institution).time_zone
        outcome = self.conferring.outcomes.get(award.outcome or "") if self.conferring else None
        return DegreeProgress(
            met=met,
            applied_on=day_in(award.applied_at, zone) if award.applied_at else None,
            graduated_on=award.graduated_on,
            leads_to_degree=outcome is not None and outcome.leads_to_degree,
            conferred_on=self.conferred_on,
        )

    @property
    def conferred(self) -> ConferredDegree | None:
        """The degree as it was conferred, if it is."""
        held = self.audit.question.dossier.conferred
        return next((row for row in held if row.institution_id == self.institution.id), None)

    @property
    def conferred_on(self) -> dt.date | None:
        """The day of the session that conferred it."""
        return self.conferred.conferred_on if self.conferred else None

    @property
    def awaits(self) -> DegreeStep | None:
        """The step that comes next; None once all are taken."""
        return awaited(self.order, self.progress)

    @property
    def hearing(self) -> Hearing | None:
        """The procedure that is open, if one is."""
        return next((hearing for hearing in self.hearings if HearingState(hearing.state) in OPEN), None)

    @property
    def rules(self) -> SessionRules:
        """By what a session is looked at."""
        return SessionRules(order=self.order, number=self.conferring.certificate if self.conferring else None)

    def candidate(self, taken_by: Text | None = None) -> Candidate:
        """The student as a session sees them; ``taken_by``: whose the wanted number is already."""
        return Candidate(
            name=self.student.full_name,
            progress=self.progress,
            met_from=None if self.met_or_earlier else self.met_on,
            first=self.first.names if self.first else None,
            held_by=self.held_by,
            was_heard=self.hearing is not None and self.hearing.state == HearingState.HEARD,
            taken_by=taken_by,
        )


def ways(session: orm.Session, student_ids: Iterable[int], at: dt.datetime) -> dict[int, tuple[DegreeWay, ...]]:
    """The ways of each of these students to both degrees, in the order of institutions; a fixed number of queries."""
    audited = audits(session, dossiers(session, student_ids).values(), Include.OFFICIAL, at)
    known = {institution.id: institution for institution in programmes.institutions(session)}
    awards, hearings = _awards(session, audited), _hearings(session, audited)
    held = holding(session, audited)
    return {
        student: tuple(
            _way(
                audit,
                side,
                known,
                awards.get((student, side.enrolment.institution_id)),
                hearings[student, side.enrolment.institution_id],
                held_by=held[student],
            )
            for side in audit.question.dossier.sides
        )
        for student, audit in audited.items()
    }


def ways_at(session: orm.Session, institution: str, students: Iterable[int], at: dt.datetime) -> dict[int, DegreeWay]:
    """The ways of these students to the degree of one institution."""
    loaded = ways(session, students, at)
    return {student: way for student, theirs in loaded.items() for way in theirs if way.institution.id == institution}


def way_of(session: orm.Session, student: Student, institution: str, at: dt.datetime) -> DegreeWay | None:
    """One student's way to the degree of one institution; None where no curriculum of it binds them."""
    return ways_at(session, institution, [student.id], at).get(student.id)


def _way(
    audit: Audit,
    side: DossierSide,
    known: Mapping[str, Institution],
    award: Award | None,
    hearings: Sequence[Hearing],
    *,
    held_by: tuple[Text, ...],
) -> DegreeWay:
    institution = known[side.enrolment.institution_id]
    since = audit.side_met_since(side)
    dossier = audit.question.dossier
    decided = {row.institution_id for row in dossier.conferred}
    has_conferred = {
        other.enrolment.institution_id: other.enrolment.institution_id in decided for other in dossier.sides
    }
    confers_first = agreed(dossier.agreement).confers_first if dossier.agreement else None
    first = in_order(confers_first, institution.id, has_conferred)
    return DegreeWay(
        audit=audit,
        side=side,
        institution=institution,
        award=award,
        hearings=tuple(hearings),
        met_on=day_in(since.since, profile_of(institution).time_zone) if since else None,
        met_or_earlier=since is not None and not since.begin_seen,
        first=known[first] if first else None,
        held_by=held_by,
    )


def _awards(session: orm.Session, students: Iterable[int]) -> dict[tuple[int, str], Award]:
    query = sa.select(Award).where(Award.student_id.in_(list(students)))
    return {(row.student_id, row.institution_id): row for row in session.scalars(query.order_by(Award.id))}


def _hearings(session: orm.Session, students: Iterable[int]) -> dict[tuple[int, str], list[Hearing]]:
    rows: dict[tuple[int, str], list[Hearing]] = defaultdict(list)
    query = sa.select(Hearing).where(Hearing.student_id.in_(list(students)))
    for row in session.scalars(query.order_by(Hearing.id.desc())):
        rows[row.student_id, row.institution_id].append(row)
    return rows
