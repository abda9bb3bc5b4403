"""Which papers speak for an equivalence or a request, where do their bytes lie, and who may read them?

For the offices above (requests, the editing of equivalences):

- ``keep(session, actor, store, Handed(...), at=...)`` takes a PDF in; the same bytes in the same place are one row.
- ``by_digest(session, institutions, digests)`` finds what an equivalence entry names in ``evidence.syllabi``.
- ``files_of(institution)`` lists what an institution keeps for its courses, ``about_student(session, student)`` what
  was handed in about a student.
- ``subject_of(session, file)`` says whose business a file is; the page ``evidence.download`` hands it out to whoever
  has ``SEE_EVIDENCE``. A page of another office may use ``folder.handed_out(file)`` under its own permission,
  and ``folder.store()`` is the store as the office set it.
"""

import datetime as dt
import hashlib
import os
import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Permission, Subject, of_institutions, require
from dualdegree.core.refusal import Absent, Refusal
from dualdegree.history import tell
from dualdegree.programmes.models import AgreementVersion
from dualdegree.recognition.evidence.examining import pages_of
from dualdegree.recognition.models import EvidenceFile
from dualdegree.records.models import Student

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The folder in which the bytes lie, outside everything that a web server shows, and how many one file may have."""

    folder: Path
    most_bytes: int

    def path(self, sha256: str) -> Path:
        """Where the file with this digest lies."""
        return self.folder / sha256[:2] / f"{sha256}.pdf"

    def read(self, sha256: str) -> bytes:
        """The bytes with this digest. Raises ``Absent`` when they are gone or others by now."""
        try:
            content = self.path(sha256).read_bytes()
        except OSError:
            content = b""
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Absent("The file is no longer in the evidence folder; tell whoever runs the system.")
        return content

    def write(self, content: bytes) -> str:
        """Put the bytes in their place, whole or not at all; their digest. What lies there already stays."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Two threads of one process may be at the same file.
            own = path.with_name(f".{sha256}.{os.getpid()}.{threading.get_ident()}")
            own.touch(mode=0o600)
            own.write_bytes(content)
            own.replace(path)
        return sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A file as it was handed in: for the courses of ``institution``, or about a student there."""

    institution: str
    name: str
    content: bytes
    student: Student | None = None


def keep(session: orm.Session, actor: Actor, store: Store, handed: Handed, *, at: dt.datetime) -> EvidenceFile:
    """Keep a PDF as evidence; the same bytes in the same place are kept once.

    Raises ``NoEvidence`` for what is no sound PDF of a fitting size, and ``NotAllowed``.
    """
    about = handed.student
    if about:
        require(actor, Permission.HAND_IN_EVIDENCE, about.policy_subject())
    else:
        require(actor, Permission.KEEP_SYLLABUS, of_institutions(handed.institution))
    if not actor.person_id:
        raise Refusal("Evidence bears the name of who handed it in; sign in.")
    pages = pages_of(handed.content, most_bytes=store.most_bytes)
    # Before the row: a file without a row is only a file too many.
    sha256 = store.write(handed.content)
    student = about.id if about else None
    if same := _same(session, handed.institution, student, sha256):
        return same
    file = EvidenceFile(
        institution_id=handed.institution,
        student_id=student,
        sha256=sha256,
        name=_plain(handed.name),
        size=len(handed.content),
        pages=pages,
        person_id=actor.person_id,
        kept_at=at,
    )
    session.add(file)
    session.flush()
    facts = {"sha256": sha256, "pages": pages, **({"student": about.subject} if about else {})}
    tell(session, actor, file.subject, Act.EVIDENCE_KEPT, concerned=[handed.institution], at=at, after=facts)
    return file


def file_of(session: orm.Session, file_id: int) -> EvidenceFile:
    """The file; raises ``Absent``."""
    file = session.get(EvidenceFile, file_id)
    if file is None:
        raise Absent("There is no such file.")
    return file


def subject_of(session: orm.Session, file: EvidenceFile) -> Subject:
    """Whose business the file is: the student's, or that of the institution and its partners."""
    if file.student_id is not None:
        return session.get_one(Student, file.student_id).policy_subject()
    own = sa.or_(
        AgreementVersion.institution_id == file.institution_id, AgreementVersion.partner_id == file.institution_id
    )
    pairs = session.execute(
        sa.select(AgreementVersion.institution_id, AgreementVersion.partner_id).where(own).distinct()
    )
    return of_institutions(file.institution_id, *(institution for pair in pairs for institution in pair))


def files_of(institution: str) -> sa.Select[EvidenceFile]:
    """What the institution keeps for its courses, newest first."""
    return (
        sa.select(EvidenceFile)
        .where(EvidenceFile.institution_id == institution, EvidenceFile.student_id.is_(None))
        .order_by(EvidenceFile.id.desc())
    )


def syllabi_of(session: orm.Session, institutions: Iterable[str]) -> Sequence[EvidenceFile]:
    """What these institutions keep for their courses, by name: what an equivalence can refer to."""
    query = sa.select(EvidenceFile).where(
        EvidenceFile.institution_id.in_(list(institutions)), EvidenceFile.student_id.is_(None)
    )
    return session.scalars(query.order_by(EvidenceFile.name, EvidenceFile.id)).all()


def about_student(session: orm.Session, student: Student) -> Sequence[EvidenceFile]:
    """What was handed in about this student, newest first."""
    return session.scalars(
        sa.select(EvidenceFile).where(EvidenceFile.student_id == student.id).order_by(EvidenceFile.id.desc())
    ).all()


def by_digest(session: orm.Session, institutions: Iterable[str], digests: Iterable[str]) -> Mapping[str, EvidenceFile]:
    """The files for courses that these institutions keep under these digests; a digest without a file is left out."""
    wanted = (
        EvidenceFile.sha256.in_(list(digests)),
        EvidenceFile.institution_id.in_(list(institutions)),
        EvidenceFile.student_id.is_(None),
    )
    return {
        file.sha256: file
        for file in session.scalars(sa.select(EvidenceFile).where(*wanted).order_by(EvidenceFile.id.desc()))
    }


def lost(session: orm.Session, store: Store) -> Sequence[int]:
    """The numbers of the files whose bytes are gone, or others by now."""

    def is_lost(sha256: str) -> bool:
        try:
            store.read(sha256)
        except Absent:
            return True
        return False

    rows = session.execute(sa.select(EvidenceFile.id, EvidenceFile.sha256).order_by(EvidenceFile.id))
    return [row.id for row in rows if is_lost(row.sha256)]


def _same(session: orm.Session, institution: str, student: int | None, sha256: str) -> EvidenceFile | None:
    place = (
        EvidenceFile.institution_id == institution,
        EvidenceFile.student_id.is_not_distinct_from(student),
        EvidenceFile.sha256 == sha256,
    )
    return session.scalars(sa.select(EvidenceFile).where(*place)).one_or_none()


def _plain(name: str) -> str:
    """The file's own name without path, control characters and its ending, which is ours."""
    last = re.split(r"[\\/]", name)[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip()
    stem = re.sub(r"(?i)\.pdf$", "", shown)[:LONGEST_NAME].strip(" .")
    return f"{stem or 'evidence'}.pdf"
