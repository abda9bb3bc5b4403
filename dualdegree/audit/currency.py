"""Whose latest audit is out of date, or missing? Revisions compared within the database, for boards and counts."""

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.models import AuditResult, LatestAudit
from dualdegree.core.audit.answer import ENGINE
from dualdegree.programmes.models import AgreementVersion, CurriculumVersion, Institution
from dualdegree.recognition.models import EquivalenceVersion, GivenEquivalences
from dualdegree.records.models import Enrolment, Student


def out_of_date(institution: str, include: str) -> sa.Select[int]:
    """The ids, in order, of the institution's students whose latest audit of this kind rests on other revisions.

    A revision may have been raised without changing the case; whoever asks for the audit again then finds the same
    answer, and it is up to date. Count with ``select(func.count()).select_from(out_of_date(...).subquery())``.
    """
    return (
        _latest_of(institution, include)
        .join(AuditResult, AuditResult.id == LatestAudit.result_id)
        .join(Student, Student.id == LatestAudit.student_id)
        .where(is_out_of_date())
        .order_by(LatestAudit.student_id)
    )


def up_to_date(session: orm.Session, first: int, last: int, include: str) -> set[int]:
    """Whose latest audit of this kind is today's, among the students with an id from ``first`` to ``last``."""
    query = (
        sa.select(LatestAudit.student_id)
        .join(AuditResult, AuditResult.id == LatestAudit.result_id)
        .join(Student, Student.id == LatestAudit.student_id)
        .where(LatestAudit.student_id.between(first, last), LatestAudit.include == include)
        .where(sa.not_(is_out_of_date()))
    )
    return set(session.scalars(query))


def not_audited(institution: str, include: str) -> sa.Select[int]:
    """The ids, in order, of the institution's students whom a curriculum binds and who have no such audit yet."""
    audited = sa.select(LatestAudit.student_id).where(LatestAudit.include == include)
    enrolment = Enrolment
    here = sa.select(enrolment.student_id).where(enrolment.institution_id == institution)
    return (
        sa.select(enrolment.student_id)
        .where(
            enrolment.curriculum_version_id.is_not(None),
            enrolment.student_id.in_(here),
            enrolment.student_id.not_in(audited),
        )
        .distinct()
        .order_by(enrolment.student_id)
    )


def is_out_of_date() -> sa.ColumnElement[bool]:
    """Whether any revision differs, over ``LatestAudit`` joined with its result and student."""
    return sa.or_(
        AuditResult.engine != ENGINE,
        _enrolments_differ(),
        _agreement_differs(),
        _equivalences_differ(),
    )


def _latest_of(institution: str, include: str) -> sa.Select[int]:
    here = sa.select(Enrolment.student_id).where(Enrolment.institution_id == institution)
    return sa.select(LatestAudit.student_id).where(LatestAudit.include == include, LatestAudit.student_id.in_(here))


def _enrolments_differ() -> sa.ColumnElement[bool]:
    """One is gone, or one is neither of the two as they were: new, changed, bound otherwise, on another scale."""
    enrolment = orm.aliased(Enrolment)
    version, institution = orm.aliased(CurriculumVersion), orm.aliased(Institution)
    mine = enrolment.student_id == LatestAudit.student_id
    now = (enrolment.id, enrolment.revision, sa.func.coalesce(version.revision, 0), institution.grade_scale)
    first = (
        LatestAudit.first_enrolment,
        LatestAudit.first_revision,
        LatestAudit.first_curriculum,
        LatestAudit.first_scale,
    )
    second = (
        LatestAudit.second_enrolment,
        LatestAudit.second_revision,
        LatestAudit.second_curriculum,
        LatestAudit.second_scale,
    )
    as_it_was = sa.or_(*(sa.and_(*(a == b for a, b in zip(now, side, strict=True))) for side in (first, second)))
    other = (
        sa.select(enrolment.id)
        .outerjoin(version, version.id == enrolment.curriculum_version_id)
        .join(institution, institution.id == enrolment.institution_id)
        .where(mine, sa.not_(as_it_was))
        .correlate(LatestAudit)
    )
    number = sa.select(sa.func.count()).select_from(enrolment).where(mine).correlate(LatestAudit).scalar_subquery()
    return sa.or_(other.exists(), number != LatestAudit.enrolments)


def _agreement_differs() -> sa.ColumnElement[bool]:
    """Another agreement is in force in the student's programme, or the same one has been touched."""
    now = (sa.func.coalesce(column, 0) for column in _in_force(AgreementVersion))
    known = (LatestAudit.agreement, LatestAudit.agreement_revision)
    return sa.or_(*(a != b for a, b in zip(now, known, strict=True)))


def _equivalences_differ() -> sa.ColumnElement[bool]:
    """Another table binds the student, the one that they keep or else the one in force; or it has been touched."""
    table, keeps = orm.aliased(EquivalenceVersion), orm.aliased(GivenEquivalences)
    kept = (
        sa.select(table.id).join(keeps, keeps.version_id == table.id).where(keeps.student_id == LatestAudit.student_id)
    )
    kept_of = [
        kept.with_only_columns(column, maintain_column_froms=True).correlate(LatestAudit).scalar_subquery()
        for column in (table.id, table.revision)
    ]
    now = (sa.func.coalesce(*both, 0) for both in zip(kept_of, _in_force(EquivalenceVersion), strict=True))
    known = (LatestAudit.equivalences, LatestAudit.equivalences_revision)
    return sa.or_(*(a != b for a, b in zip(now, known, strict=True)))


def _in_force(kind: type[AgreementVersion] | type[EquivalenceVersion]) -> list[sa.ScalarSelect[int]]:
    """The id and the revision of the version that is in force in the student's programme."""
    version = orm.aliased(kind)
    in_force = (
        sa.select(version.id, version.revision)
        .where(version.programme_id == Student.programme_id, version.in_force_from.is_not(None))
        .order_by(version.in_force_from.desc(), version.id.desc())
        .limit(1)
        .correlate(Student)
    )
    return [
        in_force.with_only_columns(column, maintain_column_froms=True).scalar_subquery()
        for column in (version.id, version.revision)
    ]
