"""What would a move of these students hit: whose verdict, sign-off and document, and which version binds each now?"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.text import Text
from dualdegree.recognition.giving import binds, given
from dualdegree.recognition.models import EquivalenceVersion, GivenEquivalences
from dualdegree.records.models import Enrolment, Student
from dualdegree.stakes import Stake, at_stake, holders, verdicts_at_stake


@dataclass(frozen=True, slots=True, kw_only=True)
class HitStudent:
    """One student whom a move would bind to another version, with the numbers at each institution."""

    id: int
    name: Text
    numbers: Mapping[str, str]
    held: EquivalenceVersion | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Whom a move would bind to another version, and the verdicts, sign-offs and documents that rest on the old one."""

    students: tuple[HitStudent, ...]
    verdicts: tuple[Stake, ...]
    stakes: tuple[Stake, ...]

    @property
    def holders(self) -> frozenset[int]:
        """Who holds a document in force."""
        return holders(self.stakes)

    @property
    def digest(self) -> str:
        """What a yes to this very list is bound to."""
        bound = [[student.id, student.held.id if student.held else 0] for student in self.students]
        keys = sorted(stake.key for stake in (*self.verdicts, *self.stakes))
        return hashlib.sha256(json.dumps([bound, keys]).encode()).hexdigest()

    def among(self, students: Collection[int]) -> "Hit":
        """The same of these students alone."""
        return Hit(
            students=tuple(student for student in self.students if student.id in students),
            verdicts=tuple(stake for stake in self.verdicts if stake.student in students),
            stakes=tuple(stake for stake in self.stakes if stake.student in students),
        )

    def of_student(self, student: int) -> tuple[Stake, ...]:
        """What would be hit of one of them: the verdict first, then sign-offs, then documents."""
        return tuple(stake for stake in (*self.verdicts, *self.stakes) if stake.student == student)


def hit(session: orm.Session, version: EquivalenceVersion, students: Collection[int]) -> Hit:
    """What a move to ``version`` would hit, of those of the students whom it does not bind yet; in the order of ids.

    Only students whom both institutions' registers know can be moved by both. A fixed number of queries.
    """
    known = session.scalars(movable(version).where(Student.id.in_(list(students))).order_by(Student.id)).all()
    held = given(session, {student.id: student.programme_id for student in known})
    listed = tuple(
        HitStudent(
            id=student.id,
            name=student.full_name,
            numbers={side.institution_id: side.number for side in student.enrolments},
            held=held[student.id],
        )
        for student in known
        if (bound := held[student.id]) is None or bound.id != version.id
    )
    ids = [student.id for student in listed]
    return Hit(students=listed, verdicts=verdicts_at_stake(session, ids), stakes=at_stake(session, ids))


def movable(version: EquivalenceVersion) -> sa.Select[Student]:
    """The students of the programme whom both institutions' registers know; the caller orders them."""
    query = sa.select(Student).where(Student.programme_id == version.programme_id)
    for party in version.parties:
        query = query.where(Student.enrolments.any(Enrolment.institution_id == party))
    return query.options(orm.selectinload(Student.enrolments))


def bound_to(session: orm.Session, held: EquivalenceVersion, version: EquivalenceVersion) -> sa.Select[Student]:
    """Those who could be moved from ``held`` to ``version``, by family name."""
    row = GivenEquivalences
    query = movable(version).outerjoin(row, row.student_id == Student.id).where(binds(session, held))
    return query.order_by(Student.family_name, Student.given_name, Student.id)


def without_unnamed_holders(seen: Hit, named: Collection[int]) -> Sequence[int]:
    """Those who are moved: all but the holders of a document in force whom nobody has named one by one."""
    return [student.id for student in seen.students if student.id not in seen.holders or student.id in named]
