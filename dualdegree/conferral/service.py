"""May this student's joint transcript be issued, who has signed for that, and what has voided a sign-off?"""

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.accounts.models import Person
from dualdegree.audit.dossiers import dossiers
from dualdegree.audit.service import Audit, Include, audits
from dualdegree.catalogues import in_every_language
from dualdegree.conferral.content import NotJoint, Sources, content_of, profiles_of
from dualdegree.conferral.models import IssuedDocument, SignOff
from dualdegree.conferral.notices import tell_signed, tell_withdrawn
from dualdegree.core import transcript
from dualdegree.core.acts import Act
from dualdegree.core.audit.case.reading import write_case
from dualdegree.core.changes import changes
from dualdegree.core.conferral.gate import (
    BoardStage,
    Gate,
    Paper,
    SignOffDigest,
    gate,
    may_be_issued,
    stage,
    was_revoked,
)
from dualdegree.core.days import day_in
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.text import LANGUAGES, Message, Text
from dualdegree.db import lock
from dualdegree.events import canonical
from dualdegree.history import tell
from dualdegree.programmes import service as programmes
from dualdegree.programmes.institutions.procedures import named_in_words
from dualdegree.recognition.models import DecidedRecognition
from dualdegree.records.models import Enrolment, RegisterRecognition, Student
from dualdegree.records.standing.holds import refuse_held
from dualdegree.requests.models import RecognitionRequest
from dualdegree.stakes import Changed
from dualdegree.titles.service import approved_forms


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferralState:
    """One student's state: the audit of both degrees, what a transcript would print, and the digest of both."""

    audit: Audit
    content: transcript.Content | None
    """None where nothing joint can be printed; ``because`` says why."""
    because: Message | None
    text: str
    digest: str
    zones: Mapping[str, dt.tzinfo]
    """The time zone of each institution: on whose calendar its sign-offs have their days."""

    @property
    def student(self) -> Student:
        """Whose state it is."""
        return self.audit.question.dossier.student

    @property
    def institutions(self) -> tuple[str, ...]:
        """Both institutions, in alphabetical order."""
        return tuple(side.enrolment.institution_id for side in self.audit.question.dossier.sides)

    @property
    def conferring(self) -> frozenset[str]:
        """Those of them whose degree is conferred."""
        return frozenset(row.institution_id for row in self.audit.question.dossier.conferred)

    @property
    def conferred(self) -> tuple[bool, ...]:
        """For each of them, whether its degree is conferred."""
        return tuple(institution in self.conferring for institution in self.institutions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One institution's latest sign-off, who gave it, and whether it is for today's state."""

    institution: str
    person: str
    sign_off: SignOff
    state: ConferralState

    @property
    def valid(self) -> bool:
        """Whether the state that was signed is today's; otherwise the sign-off is void by itself."""
        return self.sign_off.digest == self.state.digest

    @property
    def day(self) -> dt.date:
        """The day on which it was signed there."""
        return day_in(self.sign_off.signed_at, self.state.zones[self.institution])

    def changes(self) -> tuple[Message, ...]:
        """What has changed since it was signed; nothing while it is valid."""
        if self.valid:
            return ()
        return changes(json.loads(self.sign_off.state), json.loads(self.state.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferralStanding:
    """How far one student's way to the official transcript is open."""

    state: ConferralState
    gate: Gate
    """By the verdicts and sign-offs alone: whether a document of this state may be made."""
    stage: BoardStage
    """The one stage at which the board counts the student."""
    papers: tuple[Paper, ...]
    """The documents of both degrees that were issued."""
    sign_offs: Mapping[str, Seen]

    @property
    def is_open(self) -> bool:
        """Whether a document of this state may be made."""
        return self.gate is Gate.OPEN

    @property
    def may_be_issued(self) -> bool:
        """Whether a document is still to be made: nobody who has one in force is waited for."""
        return may_be_issued(self.gate, self.state.digest, self.papers)

    @property
    def was_revoked(self) -> bool:
        """Whether the document of this very state was revoked, and none is in force."""
        return was_revoked(self.state.digest, self.papers)

    @property
    def awaits(self) -> tuple[str, ...]:
        """The institutions whose registrar has yet to sign this state; none while a degree is not met."""
        if self.gate is Gate.NOT_MET:
            return ()
        signed = {key for key, seen in self.sign_offs.items() if seen.valid}
        return tuple(key for key in self.state.institutions if key not in signed)


def standings(session: orm.Session, student_ids: Iterable[int], at: dt.datetime) -> dict[int, ConferralStanding]:
    """The standing of each of these students, in the order of their ids, in a fixed number of queries."""
    today = states(session, student_ids, at)
    latest, papers = _latest_sign_offs(session, today), _papers(session, today)
    return {student: _standing(state, latest[student], papers[student]) for student, state in today.items()}


def standing(session: orm.Session, student: Student, at: dt.datetime) -> ConferralStanding | None:
    """One student's standing; None while no curriculum binds the student."""
    return standings(session, [student.id], at).get(student.id)


def states(session: orm.Session, student_ids: Iterable[int], at: dt.datetime) -> dict[int, ConferralState]:
    """Today's state of each of these students."""
    audited = audits(session, dossiers(session, student_ids).values(), Include.OFFICIAL, at)
    profiles = profiles_of(programmes.institutions(session))
    titles = programmes.programme_titles(session)
    listed, decisions = _listed(session, audited), _decisions(session, audited)
    forms = approved_forms(session)
    return {
        student: _state(
            audit,
            Sources(
                profiles={
                    side.enrolment.institution_id: profiles[side.enrolment.institution_id]
                    for side in audit.question.dossier.sides
                },
                listed=tuple(listed[student]),
                title=titles[audit.question.dossier.student.programme_id],
                decisions=decisions,
            ),
            forms,
        )
        for student, audit in audited.items()
    }


def sign_off(
    session: orm.Session, actor: Actor, student: Student, *, institution: str, digest: str, at: dt.datetime
) -> None:
    """A registrar's word for ``institution`` that the state with this ``digest`` may be printed. A repeat is harmless.

    Both institutions' histories tell of it, for either waits for the other's word.

    Raises ``OpenHold``; ``Conflict`` when the state is another by now, ``Refusal`` when a degree is not met or nothing
    joint can be printed. The caller has asked the policy about the student; this asks about the institution.
    """
    require(actor, Permission.SIGN_OFF, of_institutions(institution))
    if not actor.person_id:
        raise Refusal("A sign-off bears a person's name; sign in as a registrar to give it.")
    lock(session, student)
    refuse_held(session, student)
    now = standing(session, student, at)
    if now is None or now.state.content is None:
        raise NotJoint("Nothing joint can be signed for this student yet.")
    if now.state.digest != digest:
        raise Conflict("The record has changed since you opened the page; read it again before you sign.")
    if now.gate is Gate.NOT_MET:
        raise Refusal("A degree is not met, so there is nothing to sign off; the audit says what is missing.")
    if institution not in now.awaits:
        return
    if any(seen.valid and seen.sign_off.person_id == actor.person_id for seen in now.sign_offs.values()):
        raise Refusal("You signed for the other institution; another person must sign for this one.")
    session.add(
        SignOff(
            student_id=student.id,
            institution_id=institution,
            person_id=actor.person_id,
            signed_at=at,
            digest=digest,
            state=now.state.text,
        )
    )
    signed = {"institution": institution, "digest": digest}
    tell(session, actor, student.subject, Act.SIGNED_OFF, concerned=now.state.institutions, at=at, after=signed)
    awaits = [waiting for waiting in now.awaits if waiting != institution]
    tell_signed(session, actor, student, by=institution, digest=digest, awaits=awaits, at=at)


def withdraw(
    session: orm.Session, actor: Actor, student: Student, *, institution: str, reason: str, at: dt.datetime
) -> None:
    """Take a sign-off back, with a reason. Raises ``Conflict`` when there is none that holds."""
    require(actor, Permission.SIGN_OFF, of_institutions(institution))
    if not reason.strip():
        raise Refusal("Say why the sign-off is withdrawn.")
    lock(session, student)
    now = standing(session, student, at)
    seen = now.sign_offs.get(institution) if now else None
    if now is None or seen is None or not seen.valid:
        raise Conflict("There is no sign-off to withdraw.")
    seen.sign_off.withdrawn_at = at
    tell(
        session, actor, student.subject, Act.SIGN_OFF_WITHDRAWN, concerned=now.state.institutions, at=at,
        reason=reason.strip(), before={"institution": institution, "digest": now.state.digest},
    )  # fmt: skip
    tell_withdrawn(session, actor, student, by=institution, at=at)
    whose, act = frozenset({student.id}), Act.SIGN_OFF_WITHDRAWN
    stakes.changed(session, Changed(act=act, actor=actor, at=at, institutions=(institution,), students=whose))


def _state(audit: Audit, sources: Sources, forms: transcript.Forms) -> ConferralState:
    try:
        content, because = content_of(audit, sources), None
    except NotJoint as refusal:
        content, because = None, refusal.message
    printed = _facts_of(content) if content else None
    # That a degree is conferred is no change of the record that was signed.
    case = replace(audit.question.case, conferred={})
    text = canonical({"audit": json.loads(write_case(case)), "transcript": printed})
    digest = hashlib.sha256(text.encode()).hexdigest()
    zones = {institution: profile.time_zone for institution, profile in sources.profiles.items()}
    # A title that was approved in a further language is printed, and leaves what was signed as it was.
    whole = transcript.completed(content, forms) if content else None
    return ConferralState(audit=audit, content=whole, because=because, text=text, digest=digest, zones=zones)


def _facts_of(content: transcript.Content) -> dict[str, Any]:
    """What is printed of the record, without the legend: a better translation of it must not void a sign-off."""
    printed: dict[str, Any] = json.loads(transcript.canonical(content))
    for legend in ("scales", "credit_legend"):
        del printed["value"][legend]
    for degree in printed["value"]["degrees"]:
        # When a degree is conferred the document prints the day, and what was signed is as it was.
        del degree["awarded_on"]
        if degree["mean"]:
            del degree["mean"]["method"]
    return printed


def _standing(
    state: ConferralState, latest: Mapping[str, tuple[SignOff, str]], papers: Sequence[Paper]
) -> ConferralStanding:
    seen = {
        institution: Seen(institution=institution, person=person, sign_off=sign_off, state=state)
        for institution, (sign_off, person) in latest.items()
    }
    signatures = [SignOffDigest(institution=key, digest=word.sign_off.digest) for key, word in seen.items()]
    met = state.audit.met if state.audit.both_met and state.content else {}
    way = gate(met, state.institutions, state.digest, signatures)
    return ConferralStanding(
        state=state,
        gate=way,
        stage=stage(way, state.audit.met, state.conferred, state.digest, papers),
        papers=tuple(papers),
        sign_offs=seen,
    )


def _papers(session: orm.Session, students: Iterable[int]) -> dict[int, list[Paper]]:
    papers: dict[int, list[Paper]] = defaultdict(list)
    columns = (IssuedDocument.student_id, IssuedDocument.state_digest, IssuedDocument.revoked_at)
    own = (IssuedDocument.student_id.in_(list(students)), IssuedDocument.kind == transcript.DocumentKind.OFFICIAL)
    query = sa.select(*columns).where(*own).order_by(IssuedDocument.id)
    for student, digest, revoked_at in session.execute(query):
        papers[student].append(Paper(digest=digest, revoked=revoked_at is not None))
    return papers


def _latest_sign_offs(session: orm.Session, students: Iterable[int]) -> dict[int, dict[str, tuple[SignOff, str]]]:
    latest: dict[int, dict[str, tuple[SignOff, str]]] = defaultdict(dict)
    query = (
        sa.select(SignOff, Person.name)
        .join(Person, Person.id == SignOff.person_id)
        .where(SignOff.student_id.in_(list(students)), SignOff.withdrawn_at.is_(None))
        .order_by(SignOff.id)
    )
    for sign_off, person in session.execute(query):
        latest[sign_off.student_id][sign_off.institution_id] = (sign_off, person)
    return latest


def _listed(session: orm.Session, audited: Mapping[int, Audit]) -> dict[int, list[RegisterRecognition]]:
    owner = {side.enrolment.id: student for student, audit in audited.items() for side in audit.question.dossier.sides}
    listed: dict[int, list[RegisterRecognition]] = defaultdict(list)
    table = RegisterRecognition
    query = sa.select(table).where(table.enrolment_id.in_(list(owner)))
    for row in session.scalars(query.order_by(table.institution_id, table.term, table.course, table.mark)):
        listed[owner[row.enrolment_id]].append(row)
    return listed


def _decisions(session: orm.Session, students: Iterable[int]) -> dict[str, Text]:
    """Who decided on each request of these students that is entered, by the key of its recognition."""
    row, entered = RecognitionRequest, DecidedRecognition
    query = (
        sa.select(entered.key, entered.decision, row.body, row.minute)
        .join(entered, entered.id == row.recognition_id)
        .where(row.student_id.in_(list(students)))
    )
    return {
        key: in_every_language(named_in_words(body, minute))
        # An advisor who decided, or a body whose profile names it in one language only, is called so in every one.
        if body is not None and set(LANGUAGES) <= set(body)
        else dict.fromkeys(LANGUAGES, decision)
        for key, decision, body, minute in session.execute(query)
    }


def students_of(session: orm.Session, institution: str) -> Sequence[int]:
    """The ids of every student enrolled at the institution, in order: who stands on its conferral board."""
    query = sa.select(Enrolment.student_id).where(Enrolment.institution_id == institution)
    return session.scalars(query.order_by(Enrolment.student_id)).all()
