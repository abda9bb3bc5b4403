"""How is an official transcript issued, kept, revoked and replaced, and what may be shown before that?"""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Mapping
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
from dualdegree.core.days import day_in
from dualdegree.core.policy import Actor
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.programmes import service as programmes
from dualdegree.programmes.texts import zones
from dualdegree.records.models import Student
from dualdegree.records.searching import add_document
from dualdegree.records.standing.holds import refuse_held
from dualdegree.transcript.documents import replacements
from dualdegree.transcript.formats import FORMATS
from dualdegree.transcript.marks import new_code, next_serial, spaced
from dualdegree.transcript.notices import tell_of_document

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

    Raises ``OpenHold``, ``GateShut``, ``Conflict`` when this state is issued in these languages already,
    ``MissingForms`` when a name or title lacks an approved form, ``NoGlyph`` when no typeface has a character.
    """
    lock(session, student)
    refuse_held(session, student)
    now = conferral.standing(session, student, wanted.at)
    if now is None or not now.is_open or now.state.content is None:
        raise GateShut(
            "The official transcript is issued once both degrees are met and a registrar of each institution has "
            "signed off this very state; the conferral board says what is missing."
        )
    _refuse_twice(session, student, now.state.digest, wanted)
    zones = _zones(session)
    issued_on = day_in(wanted.at, zones[actor.institution or ""])
    serial, code = next_serial(session, student, issued_on.year), new_code()
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
    if issued.kind == transcript.DocumentKind.INTERIM:
        raise Refusal("An interim transcript is not replaced: issue a later one, and revoke this one if it is wrong.")
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
    # A document of both degrees is both institutions' act; each has it in its own history.
    student = session.get_one(Student, issued.student_id)
    joint = issued.kind == transcript.DocumentKind.OFFICIAL
    concerned = [enrolment.institution_id for enrolment in student.enrolments] if joint else [issued.institution_id]
    tell(session, actor, f"document:{issued.serial}", act, concerned=concerned, at=at, **facts)
    tell_of_document(session, actor, issued, act, concerned=concerned, at=at)
