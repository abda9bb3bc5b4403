"""How does one student become two again? Each enrolment takes along what is its own institution's; nothing is lost."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.db import Base
from dualdegree.records.importing.people.identity import merged_person, personal_data_in, settle
from dualdegree.records.importing.people.joining import move_rows
from dualdegree.records.models import Enrolment, LinkUndoing, SearchWord, Student, StudentJoin

UNMOVED = (Enrolment, StudentJoin, LinkUndoing, SearchWord)
"""What names a student and is looked after here, or stays as the history of the row."""


def leaving(session: orm.Session, student: Student) -> tuple[Enrolment, StudentJoin | None]:
    """Which of the two enrolments leaves: the one that came when two rows were joined, else the one added last."""
    query = sa.select(StudentJoin).where(StudentJoin.kept_id == student.id, StudentJoin.undone.is_(False))
    for join in session.scalars(query.order_by(StudentJoin.id.desc())):
        for side in student.enrolments:
            if side.id in join.enrolments:
                return side, join
    return max(student.enrolments, key=lambda side: side.id), None


def part(session: orm.Session, student: Student, *, account_of: int | None) -> Student:
    """Make two students of one; the other one, with the enrolment that leaves, is returned.

    ``account_of`` is the enrolment whose student signs in with the account. Whatever was judged is out of date.
    """
    enrolment, join = leaving(session, student)
    other = _other(session, student, enrolment, join)
    enrolment.student = other
    session.flush()
    _move(session, student, other, enrolment.institution_id)
    session.expire(student, ["enrolments"])
    session.expire(other, ["enrolments"])
    _give_accounts(session, student, other, join, gone=account_of == enrolment.id)
    for each in (student, other):
        settle(each)
        for side in each.enrolments:
            side.partner_number = None
            side.revision += 1
    if join is not None:
        join.undone = True
    session.flush()
    return other


def _other(session: orm.Session, student: Student, enrolment: Enrolment, join: StudentJoin | None) -> Student:
    """The row that the enrolment had before, else a new one."""
    if join is not None:
        return session.get_one(Student, join.gone_id)
    other = Student(programme_id=student.programme_id, **merged_person([personal_data_in(enrolment)]))
    session.add(other)
    session.flush()
    return other


def _give_accounts(
    session: orm.Session, student: Student, other: Student, join: StudentJoin | None, *, gone: bool
) -> None:
    """The account goes where it belongs, and a second one that the joining had put aside comes back."""
    account, student.person_id = student.person_id, None
    session.flush()
    before = (join.kept_account if gone else join.gone_account) if join else None
    own = _free(session, before) if before != account else None
    student.person_id, other.person_id = (own, account) if gone else (account, own)
    session.flush()


def _free(session: orm.Session, account: int | None) -> int | None:
    """The account, unless another student has it by now."""
    held = sa.select(Student.id).where(Student.person_id == account)
    return account if account is not None and session.scalar(held) is None else None


def _move(session: orm.Session, student: Student, other: Student, institution: str) -> None:
    """Let every row that names the student and belongs to the leaving enrolment's institution name the other."""
    unmoved = {table.__tablename__ for table in UNMOVED}
    for table in Base.metadata.sorted_tables:
        if table.name in unmoved or table.info.get("of_both") or "institution_id" not in table.c:
            continue
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            if key.column.table.name != Student.__tablename__:
                continue
            if list(table.primary_key.columns) == [key.parent]:
                _copy(session, key.parent, student.id, other.id)
            else:
                own = table.c.institution_id == institution
                move_rows(session, key.parent, student.id, other.id, which=own)
    serials = sa.select(SearchWord.word).where(SearchWord.student_id == student.id, SearchWord.source == "document")
    known = set(session.scalars(sa.select(SearchWord.word).where(SearchWord.student_id == other.id)))
    words = sorted(set(session.scalars(serials)) - known)
    session.add_all([SearchWord(student_id=other.id, word=word, source="document") for word in words])


def _copy(session: orm.Session, key: sa.Column[Any], student: int, other: int) -> None:
    """What there is once for each student holds for both, unless the other has its own from before."""
    if session.execute(sa.select(key).where(key == other)).first() is not None:
        return
    rest = [column for column in key.table.c if column is not key]
    kept = sa.select(sa.literal(other), *rest).where(key == student)
    session.execute(sa.insert(key.table).from_select([key, *rest], kept))
