"""Which documents were issued to whom, and how is one found again: by serial, by code, by its very bytes?"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.conferral.models import IssuedDocument
from dualdegree.core.days import day_in
from dualdegree.core.refusal import Absent
from dualdegree.core.text import Message
from dualdegree.core.transcript import DocumentKind
from dualdegree.programmes import service as programmes
from dualdegree.programmes.texts import zones
from dualdegree.records.models import Student
from dualdegree.stakes import Ground, Stake


def document(session: orm.Session, serial: str) -> IssuedDocument:
    """The document with this serial; raises ``Absent``."""
    issued = session.scalar(sa.select(IssuedDocument).where(IssuedDocument.serial == serial))
    if issued is None:
        raise Absent("There is no document %(serial)s.", {"serial": serial})
    return issued


def by_code(session: orm.Session, typed: str) -> IssuedDocument:
    """The document whose code somebody typed, blanks, hyphens and case aside; raises ``Absent``."""
    code = "".join(sign for sign in typed.upper() if sign.isalnum())
    issued = session.scalar(sa.select(IssuedDocument).where(IssuedDocument.code == code)) if code.isascii() else None
    if issued is None:
        raise Absent("No document has this code; compare it with the paper, letter by letter.")
    return issued


def by_digest(session: orm.Session, sha256: str) -> IssuedDocument:
    """The document whose very bytes have this SHA-256; raises ``Absent``."""
    issued = session.scalar(sa.select(IssuedDocument).where(IssuedDocument.sha256 == sha256))
    if issued is None:
        raise Absent("This file is not a document as it was issued; it is another or was altered.")
    return issued


def documents_of(session: orm.Session, student: Student) -> Sequence[IssuedDocument]:
    """The documents of both degrees that were issued to the student, newest first."""
    return _of_kind(session, student, DocumentKind.OFFICIAL)


def interims_of(session: orm.Session, student: Student) -> Sequence[IssuedDocument]:
    """The interim transcripts that either institution has issued to the student by itself, newest first."""
    return _of_kind(session, student, DocumentKind.INTERIM)


def _of_kind(session: orm.Session, student: Student, kind: DocumentKind) -> Sequence[IssuedDocument]:
    row = IssuedDocument
    query = sa.select(row).where(row.student_id == student.id, row.kind == kind)
    return session.scalars(query.order_by(row.id.desc())).all()


def issued_with_holders(session: orm.Session, students: Iterable[int]) -> Sequence[tuple[IssuedDocument, Student]]:
    """Everything that was issued to these students, newest first, each with its holder."""
    query = sa.select(IssuedDocument, Student).join(Student, Student.id == IssuedDocument.student_id)
    query = query.where(Student.id.in_(list(students))).order_by(IssuedDocument.id.desc())
    return [(issued, student) for issued, student in session.execute(query)]


def replacements(session: orm.Session, documents: Iterable[IssuedDocument]) -> Mapping[int, str]:
    """For each of these documents that was replaced, the serial of the one that replaced it, by id."""
    ids = [issued.id for issued in documents]
    query = sa.select(IssuedDocument.replaces_id, IssuedDocument.serial).where(IssuedDocument.replaces_id.in_(ids))
    return {replaced: serial for replaced, serial in session.execute(query) if replaced is not None}


def in_force(session: orm.Session, students: Collection[int]) -> Iterator[Stake]:
    """The documents of these students that are in force, in the order in which they were issued."""
    yield from _stakes(session, sa.and_(IssuedDocument.student_id.in_(list(students)), _IN_FORCE))


_IN_FORCE = sa.and_(IssuedDocument.revoked_at.is_(None), IssuedDocument.kind == DocumentKind.OFFICIAL)
"""Of both degrees: an interim transcript certifies no state that anybody signed."""


def resting(session: orm.Session, ground: Ground) -> Iterator[Stake]:
    """The documents in force that were issued since; of students who would leave, every one that was ever issued."""
    row = IssuedDocument
    stands = sa.and_(row.revoked_at.is_(None), row.issued_at >= ground.since)
    since = sa.and_(row.student_id.in_(sorted(ground.students)), stands)
    yield from _stakes(session, sa.or_(since, row.student_id.in_(sorted(ground.leaving))))


def _stakes(session: orm.Session, which: sa.ColumnElement[bool]) -> Iterator[Stake]:
    row = IssuedDocument
    query = sa.select(row.serial, row.revoked_at, Student).join(Student, Student.id == row.student_id).where(which)
    for serial, revoked_at, student in session.execute(query.order_by(row.id)):
        words = {"serial": serial}
        in_force = revoked_at is None
        yield Stake(
            student=student.id,
            name=student.full_name,
            key=f"document:{serial}",
            what=Message("document %(serial)s, which is in force", words)
            if in_force
            else Message("document %(serial)s, which was revoked", words),
            in_force=in_force,
        )


def days_of_issue(session: orm.Session, documents: Iterable[IssuedDocument]) -> Mapping[int, dt.date]:
    """The day on which each of these documents was issued, where it was issued; by id."""
    there = zones(programmes.institutions(session))
    return {issued.id: day_in(issued.issued_at, there[issued.institution_id]) for issued in documents}


def day_of_revocation(session: orm.Session, issued: IssuedDocument) -> dt.date | None:
    """The day on which the document was revoked, on the calendar of where it was issued; None while it is in force."""
    return (
        day_in(issued.revoked_at, zones(programmes.institutions(session))[issued.institution_id])
        if issued.revoked_at
        else None
    )
