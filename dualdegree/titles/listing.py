"""Which titles lack an approved form in which language, and whose documents does each stop?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.refusal import Absent
from dualdegree.programmes.models import Institution
from dualdegree.programmes.service import versions_with
from dualdegree.programmes.texts import curriculum_of
from dualdegree.records.models import Enrolment, RegisteredAttempt, Student
from dualdegree.titles.catalogue import StoredTitle, TitleKind, titles_of
from dualdegree.titles.models import TitleForm
from dualdegree.titles.service import APPROVED, WAITING, forms_at

MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleLine:
    """One title in one language that its text lacks: how far a form of it has come, and how many it stops."""

    title: StoredTitle
    language: str
    form: TitleForm | None
    stops: int

    @property
    def state(self) -> str:
        """``missing``, ``waiting`` or ``approved``."""
        return self.form.state if self.form else MISSING

    @property
    def is_waiting(self) -> bool:
        """Whether a second person has to approve it."""
        return self.state == WAITING


def lines(session: orm.Session, institution: Institution) -> Sequence[TitleLine]:
    """Every title that its stored text lacks in a language, in a fixed number of queries."""
    # What waits stands before what is approved: it is to be decided on.
    ordered = sorted(forms_at(session, institution.id), key=lambda form: form.state == WAITING)
    forms = {(form.key, form.language): form for form in ordered}
    by_course, everybody = _per_course(session, institution.id), _everybody(session, institution.id)
    return tuple(
        TitleLine(
            title=title,
            language=language,
            form=forms.get((title.key, language)),
            stops=_count(title, by_course, everybody) if _stops(forms.get((title.key, language))) else 0,
        )
        for title in titles_of(session, institution)
        for language in title.lacking
    )


def line_at(session: orm.Session, institution: Institution, address: str, language: str) -> TitleLine:
    """The line that an address names; raises ``Absent``."""
    every = lines(session, institution)
    known = next((line for line in every if (line.title.address, line.language) == (address, language)), None)
    if known is None:
        raise Absent("There is no such title, or its text has this language.")
    return known


def stopped(session: orm.Session, institution: str, title: StoredTitle) -> sa.Select[Student]:
    """The students whose documents print the title, in the order of their numbers at the institution."""
    query = (
        sa.select(Student)
        .join(Enrolment, Enrolment.student_id == Student.id)
        .where(Enrolment.institution_id == institution)
        .order_by(Enrolment.number)
    )
    if not title.is_printed:
        return query.where(sa.false())
    if title.kind is TitleKind.COURSE:
        taken = sa.select(RegisteredAttempt.enrolment_id).where(
            RegisteredAttempt.institution_id == institution, RegisteredAttempt.course == title.code
        )
        return query.where(Enrolment.id.in_(taken))
    if title.kind is TitleKind.DEGREE:
        versions = _versions_awarding(session, institution, title)
        return query.where(Enrolment.curriculum_version_id.in_(versions))
    return query


def _versions_awarding(session: orm.Session, institution: str, title: StoredTitle) -> Sequence[int]:
    own = (row for row in versions_with(session, institution) if row.institution_id == institution)
    return [version.id for version in own if curriculum_of(version).award == title.text]


def _stops(form: TitleForm | None) -> bool:
    return form is None or form.state != APPROVED


def _count(title: StoredTitle, by_course: Mapping[str, int], everybody: int) -> int:
    if not title.is_printed:
        return 0
    return by_course.get(title.code, 0) if title.kind is TitleKind.COURSE else everybody


def _per_course(session: orm.Session, institution: str) -> Mapping[str, int]:
    row = RegisteredAttempt
    query = sa.select(row.course, sa.func.count(sa.distinct(row.enrolment_id))).where(row.institution_id == institution)
    return {course: count for course, count in session.execute(query.group_by(row.course))}  # noqa: C416 - rows


def _everybody(session: orm.Session, institution: str) -> int:
    query = sa.select(sa.func.count()).select_from(Enrolment).where(Enrolment.institution_id == institution)
    return session.scalar(query) or 0
