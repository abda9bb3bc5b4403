"""How is an official transcript issued, kept, revoked and replaced, and what may be shown before that?"""

import dataclasses
import datetime as dt
import hashlib
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.catalogues import translate
from dualdegree.conferral import service as conferral
from dualdegree.conferral.content import NotJoint
from dualdegree.conferral.models import IssuedDocument
from dualdegree.core import transcript
from dualdegree.core.acts import Act
from dualdegree.core.conferral import Gate
from dualdegree.core.days import day_in
from dualdegree.core.policy import Actor
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.core.text import Message
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.programmes import service as programmes
from dualdegree.programmes.models import Programme
from dualdegree.programmes.texts import zones
from dualdegree.records.models import Student
from dualdegree.records.searching import add_document
from dualdegree.stakes import Stake
from dualdegree.transcript.formats import FORMATS
from dualdegree.transcript.notices import tell_of_document

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""What a code is written in: no 0 and O, no 1 and I, so that a person can type it from paper."""
CODE_LENGTH = 16
"""80 bits: nobody finds a document by guessing."""
SERIAL_DIGITS = 6

PAIRS = (("zh_Hans", "en"), ("zh_Hans", "es"), ("es", "en"))


class GateShut(Refusal):
    """The official transcript may not be issued: a degree is not met, or a sign-off is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedDocument:
    """What is asked for: in which two languages, when, and under which public address it can be verified.

    Raises ``Refusal`` without an address: whatever is printed there stands on paper for good, and the name by which
    whoever issues happened to reach this system is not the office's own.
    """

    languages: tuple[str, str]
    at: dt.datetime
    public_url: str
    replaces: IssuedDocument | None = None

    def __post_init__(self) -> None:
        if not self.public_url:
            raise Refusal(
                "Nothing can be issued while this system does not know the address under which documents are checked; "
                "ask whoever runs it to set PUBLIC_URL."
            )


def pair_of(written: str) -> tuple[str, str]:
    """Two languages as addresses and commands write them, ``zh_Hans+en``; raises ``Refusal``."""
    for pair in PAIRS:
        if sorted(written.replace(" ", "+").split("+")) == sorted(pair):
            return pair
    raise Refusal("A document is in two of the languages zh_Hans, en and es; choose two of them.")


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
    """Everything that was issued to the student, newest first."""
    query = sa.select(IssuedDocument).where(IssuedDocument.student_id == student.id)
    return session.scalars(query.order_by(IssuedDocument.id.desc())).all()


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


def unofficial(
    session: orm.Session, actor: Actor, student: Student, languages: tuple[str, str], at: dt.datetime
) -> bytes:
    """The unofficial transcript as PDF: watermarked, without serial, printable at any time."""
    zone = _zones(session)[actor.institution or student.enrolments[0].institution_id]
    issue = transcript.Issue(kind=transcript.DocumentKind.UNOFFICIAL, issued_on=day_in(at, zone), languages=languages)
    printed = transcript.Transcript(content=_content(session, student, at), issue=issue)
    return FORMATS["pdf"].render(printed, languages, translate)


def issue(session: orm.Session, actor: Actor, student: Student, wanted: WantedDocument) -> IssuedDocument:
    """Issue the official transcript of the state that both registrars have signed off, and keep its bytes.

    Raises ``GateShut``, ``Conflict`` when this state is issued in these languages already, ``MissingForms`` when a name
    or title lacks an approved form, ``NoGlyph`` when no typeface has a character.
    """
    lock(session, student)
    now = conferral.standing(session, student, wanted.at)
    if now is None or now.gate is not Gate.OPEN or now.state.content is None:
        raise GateShut(
            "The official transcript is issued once both degrees are met and a registrar of each institution has "
            "signed off this very state; the conferral board says what is missing."
        )
    _refuse_twice(session, student, now.state.digest, wanted)
    zones = _zones(session)
    issued_on = day_in(wanted.at, zones[actor.institution or ""])
    serial, code = _next_serial(session, student, issued_on.year), _new_code()
    signers = _signers(now, zones)
    printed = _official(now, wanted, _Marks(serial=serial, code=code, issued_on=issued_on, signers=signers))
    transcript.require_forms(printed, wanted.languages)
    pdf = FORMATS["pdf"].render(printed, wanted.languages, translate)
    issued = IssuedDocument(
        serial=serial,
        code=code,
        student_id=student.id,
        institution_id=actor.institution,
        person_id=actor.person_id,
        issued_at=wanted.at,
        languages="+".join(wanted.languages),
        state_digest=now.state.digest,
        content=transcript.canonical(printed).decode(),
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        demonstration=printed.specimen,
        replaces_id=wanted.replaces.id if wanted.replaces else None,
    )
    session.add(issued)
    add_document(session, student.id, serial)
    session.flush()
    kept = {"sha256": issued.sha256, **({"replaces": wanted.replaces.serial} if wanted.replaces else {})}
    _tell(session, actor, issued, Act.DOCUMENT_ISSUED, wanted.at, after=kept)
    return issued


def revoke(session: orm.Session, actor: Actor, issued: IssuedDocument, reason: str, at: dt.datetime) -> None:
    """Take the document out of force for good, with a reason that its verification page shows.

    Raises ``Refusal`` without a reason, ``Conflict`` when it is revoked already.
    """
    because = _because(reason)
    lock(session, issued)
    if issued.revoked_at is not None:
        raise Conflict("The document %(serial)s is revoked already.", {"serial": issued.serial})
    issued.revoked_at, issued.revoked_because = at, because
    _tell(session, actor, issued, Act.DOCUMENT_REVOKED, at, reason=because)


def replace(
    session: orm.Session, actor: Actor, issued: IssuedDocument, wanted: WantedDocument, reason: str
) -> IssuedDocument:
    """Issue a new document in place of this one, which is revoked with the reason; both or neither.

    One that is revoked already keeps the reason that it has. Raises as ``issue`` does, ``Refusal`` without a reason,
    ``Conflict`` when it was replaced already.
    """
    because = _because(reason)
    lock(session, issued)
    if replacements(session, [issued]):
        raise Conflict("The document %(serial)s was replaced already.", {"serial": issued.serial})
    student = session.get_one(Student, issued.student_id)
    new = issue(session, actor, student, dataclasses.replace(wanted, replaces=issued))
    if issued.revoked_at is None:
        revoke(session, actor, issued, because, wanted.at)
    else:
        _tell(session, actor, issued, Act.DOCUMENT_REPLACED, wanted.at, reason=because, after={"by": new.serial})
    return new


def _because(reason: str) -> str:
    if not reason.strip():
        raise Refusal("Say why the document is revoked; whoever verifies it will read the reason.")
    return reason.strip()


def _content(session: orm.Session, student: Student, at: dt.datetime) -> transcript.Content:
    now = conferral.states(session, [student.id], at).get(student.id)
    if now is None or now.content is None:
        raise NotJoint(
            now.because
            if now is not None and now.because is not None
            else "No curriculum binds this student yet, so there is nothing to print."
        )
    return now.content


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    """What this one document is marked with."""

    serial: str
    code: str
    issued_on: dt.date
    signers: tuple[transcript.Signer, ...]


def _zones(session: orm.Session) -> Mapping[str, dt.tzinfo]:
    return zones(programmes.institutions(session))


def _signers(now: conferral.ConferralStanding, there: Mapping[str, dt.tzinfo]) -> tuple[transcript.Signer, ...]:
    """Who signed for each institution, on the day that it was there."""
    if now.state.content is None:
        raise TypeError("An open gate has a content.")
    return tuple(
        transcript.Signer(
            institution=institution.id,
            name=now.sign_offs[institution.id].person,
            office=institution.office,
            signed_on=day_in(now.sign_offs[institution.id].sign_off.signed_at, there[institution.id]),
        )
        for institution in now.state.content.institutions
    )


def days_of_issue(session: orm.Session, documents: Iterable[IssuedDocument]) -> Mapping[int, dt.date]:
    """The day on which each of these documents was issued, where it was issued; by id."""
    there = _zones(session)
    return {issued.id: day_in(issued.issued_at, there[issued.institution_id]) for issued in documents}


def day_of_revocation(session: orm.Session, issued: IssuedDocument) -> dt.date | None:
    """The day on which the document was revoked, on the calendar of where it was issued; None while it is in force."""
    return day_in(issued.revoked_at, _zones(session)[issued.institution_id]) if issued.revoked_at else None


def _official(now: conferral.ConferralStanding, wanted: WantedDocument, given: _Marks) -> transcript.Transcript:
    if now.state.content is None:
        raise TypeError("An open gate has a content.")
    marks = transcript.Issue(
        kind=transcript.DocumentKind.OFFICIAL,
        issued_on=given.issued_on,
        languages=wanted.languages,
        serial=given.serial,
        code=spaced(given.code),
        verify_url=f"{wanted.public_url}/verify/{given.code}",
        replaces=wanted.replaces.serial if wanted.replaces else None,
        signers=given.signers,
    )
    return transcript.Transcript(content=now.state.content, issue=marks)


def spaced(code: str) -> str:
    """A code in groups of four, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _next_serial(session: orm.Session, student: Student, year: int) -> str:
    # One at a time in a programme: the row's lock (on SQLite, the one writer) keeps two documents from one number.
    session.execute(sa.select(Programme.id).where(Programme.id == student.programme_id).with_for_update())
    prefix = f"{student.programme_id.upper()}-{year}-"
    column = IssuedDocument.serial
    # By its length, too: another programme's name may go on with what looks like a year.
    ours = (column.startswith(prefix, autoescape=True), sa.func.length(column) == len(prefix) + SERIAL_DIGITS)
    last = session.scalar(sa.select(sa.func.max(column)).where(*ours))
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:0{SERIAL_DIGITS}}"


def _refuse_twice(session: orm.Session, student: Student, digest: str, wanted: WantedDocument) -> None:
    table = IssuedDocument
    same = session.scalars(
        sa.select(table)
        .where(table.student_id == student.id, table.state_digest == digest, table.revoked_at.is_(None))
        .where(table.languages == "+".join(wanted.languages))
        .order_by(table.id)
    ).all()
    for issued in same:
        if issued is not wanted.replaces:
            raise Conflict("This state is issued in these languages already, as %(serial)s.", {"serial": issued.serial})


def _tell(session: orm.Session, actor: Actor, issued: IssuedDocument, act: Act, at: dt.datetime, **facts: Any) -> None:
    # A joint document is both institutions' act; each has it in its own history.
    student = session.get_one(Student, issued.student_id)
    concerned = [enrolment.institution_id for enrolment in student.enrolments]
    tell(session, actor, f"document:{issued.serial}", act, concerned=concerned, at=at, **facts)
    tell_of_document(session, actor, issued, act, at)


def in_force(session: orm.Session, students: Collection[int]) -> Iterator[Stake]:
    """The documents of these students that are in force, in the order in which they were issued."""
    row = IssuedDocument
    query = (
        sa.select(row.serial, Student)
        .join(Student, Student.id == row.student_id)
        .where(row.student_id.in_(list(students)), row.revoked_at.is_(None))
        .order_by(row.id)
    )
    for serial, student in session.execute(query):
        yield Stake(
            student=student.id,
            name=student.full_name,
            key=f"document:{serial}",
            what=Message("document %(serial)s, which is in force", {"serial": serial}),
            in_force=True,
        )
