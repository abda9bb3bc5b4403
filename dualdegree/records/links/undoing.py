"""How is a wrong link undone? One institution proposes it, the other confirms, and of one student there are two again.

Nothing is lost: attempts, milestones and all that belongs to one institution go with its enrolment; what was decided or
agreed on between the two ends, by each office's own rule. Both histories tell, and the pair is remembered, so that no
later roster joins it again by itself.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree import separation, stakes
from dualdegree.core.acts import SENTENCES as SENTENCES_OF_ACTS
from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Permission, Role, of_institutions, require
from dualdegree.core.refusal import Conflict, NeedsAnother, Refusal
from dualdegree.core.text import Message
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.programmes.informing import News, inform
from dualdegree.programmes.service import lock_imports
from dualdegree.records.importing.people.identity import elsewhere
from dualdegree.records.importing.people.likely import UNDONE
from dualdegree.records.importing.people.links import CONFIRMED, LIKENESS, REFUSED, WAITING
from dualdegree.records.importing.people.parting import leaving, part
from dualdegree.records.models import Enrolment, LinkProposal, LinkUndoing, Student
from dualdegree.records.searching import index
from dualdegree.stakes import Changed, DocumentInForce, Stake, Unconfirmed
from dualdegree.workflow import refuse_nobody

WITHDRAWN = "withdrawn"
SENTENCES = tuple(
    SENTENCES_OF_ACTS[act]
    for act in (
        Act.LINK_CONFIRMED,
        Act.LINK_UNDOING_PROPOSED,
        Act.LINK_UNDOING_REFUSED,
        Act.LINK_UNDOING_WITHDRAWN,
        Act.LINK_UNDONE,
    )
)
"""What the page of a link tells of its history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtStake:
    """What an undoing touches: sign-offs and documents, verdicts, and what was decided between the two enrolments."""

    stakes: Sequence[Stake]
    verdicts: Sequence[Stake]
    between: Sequence[separation.Consequence]

    @property
    def documents(self) -> Sequence[Stake]:
        """The documents in force, which are revoked first."""
        return [stake for stake in self.stakes if stake.in_force]

    @property
    def preventing(self) -> Sequence[separation.Consequence]:
        """What has to be settled before anything is undone."""
        return [entry for entry in self.between if entry.prevents]

    @property
    def digest(self) -> str:
        """What a yes is bound to: this very list."""
        keys = [stake.key for stake in (*self.stakes, *self.verdicts)]
        keys += [f"{entry.key} {entry.becomes.id}" for entry in self.between]
        return hashlib.sha256(json.dumps(keys).encode()).hexdigest()


def at_stake(session: orm.Session, student: Student) -> AtStake:
    """What is signed, issued, found, decided and agreed on for the student as one person."""
    return AtStake(
        stakes=stakes.at_stake(session, [student.id]),
        verdicts=stakes.verdicts_at_stake(session, [student.id]),
        between=separation.consequences(session, student.id),
    )


def open_undoing(session: orm.Session, student: Student) -> LinkUndoing | None:
    """The undoing that waits for the partner, if there is one."""
    query = sa.select(LinkUndoing).where(LinkUndoing.joined_id == student.id, LinkUndoing.state == WAITING)
    return session.scalars(query.order_by(LinkUndoing.id)).first()


def account_holder(session: orm.Session, student: Student) -> Enrolment | None:
    """Whose account it seems to be, as far as the joining remembers; None without an account."""
    if student.person_id is None:
        return None
    enrolment, join = leaving(session, student)
    if join is not None and join.gone_account == student.person_id:
        return enrolment
    return elsewhere(enrolment)


def propose(
    session: orm.Session,
    actor: Actor,
    student: Student,
    *,
    institution: str,
    reason: str,
    account_of: int | None,
    digest: str,
    at: dt.datetime,
) -> LinkUndoing:
    """Say, for one institution, that the two enrolments are two persons'; nothing changes before the partner confirms.

    Raises ``Refusal`` without a reason or a person, ``DocumentInForce``, ``Unconfirmed`` when the consequences are
    other ones than those that were read, ``NotAllowed``, and ``Conflict`` when it is proposed already, when there is no
    link, and while something prevents it, such as a conferred degree.
    """
    require(actor, Permission.IMPORT_FILES, of_institutions(institution))
    refuse_nobody(actor)
    lock(session, student)
    own, theirs = _sides(student, institution)
    if not reason.strip():
        raise Refusal("Say why the link is wrong; the partner reads it.", about="reason")
    if open_undoing(session, student) is not None:
        raise Conflict("The undoing of this link is proposed already; nothing more was done.")
    _check_consequences(session, student, digest)
    if student.person_id is not None and account_of not in {own.id, theirs.id}:
        raise Refusal("Say whose account it is.", about="account")
    undoing = LinkUndoing(
        student=student,
        institution_id=theirs.institution_id,
        proposer_id=institution,
        state=WAITING,
        reason=reason.strip(),
        account_of=account_of if student.person_id is not None else None,
        proposed_by=actor.person_id,
        proposed_at=at,
    )
    session.add(undoing)
    session.flush()
    _tell(session, actor, student, Act.LINK_UNDOING_PROPOSED, at, reason=reason.strip())
    body = Message(
        "The partner says that %(theirs)s and %(ours)s are two persons: %(reason)s Look at what it would touch, and "
        "confirm or refuse it.",
        {"ours": theirs.number, "theirs": own.number, "reason": reason.strip()},
    )
    _inform(session, actor, undoing, Message("The undoing of a link waits for you"), body, to=theirs, at=at)
    return undoing


def confirm(
    session: orm.Session, actor: Actor, undoing: LinkUndoing, *, seen: int | None, digest: str, at: dt.datetime
) -> tuple[Student, Student]:
    """Make two students of one, and tell both institutions.

    Raises as ``propose`` does, and ``NeedsAnother`` for whoever proposed it.
    """
    _begun(session, actor, undoing, undoing.institution_id, seen)
    if actor.person_id == undoing.proposed_by:
        raise NeedsAnother("You proposed it for the other institution; another person confirms it for this one.")
    student = undoing.student
    confirming, proposing = _sides(student, undoing.institution_id)
    _check_consequences(session, student, digest)
    enrolment, _join = leaving(session, student)
    staying = confirming if enrolment is proposing else proposing
    parting = separation.Separation(
        student=student.id,
        institution=enrolment.institution_id,
        partner=staying.institution_id,
        actor=actor,
        at=at,
        reason=undoing.reason,
    )
    separation.settle(session, parting)
    _remember(session, actor, confirming, proposing, at)
    other = part(session, student, account_of=undoing.account_of)
    index(session, (student.id, other.id))
    _decide(undoing, CONFIRMED, actor, at)
    session.flush()
    for subject, gone in ((student, other), (other, student)):
        tell(
            session, actor, subject.subject, Act.LINK_UNDONE, at=at, reason=undoing.reason,
            concerned=(staying.institution_id, enrolment.institution_id),
            before={staying.number: {"linked with": enrolment.number}, "joined": [gone.subject]},
            after={staying.number: {"linked with": ""}},
        )  # fmt: skip
    where = tuple(sorted((staying.institution_id, enrolment.institution_id)))
    whose = frozenset({student.id, other.id})
    stakes.changed(session, Changed(act=Act.LINK_UNDONE, actor=actor, at=at, institutions=where, students=whose))
    body = Message(
        "The partner has confirmed that %(ours)s and %(theirs)s are two persons. Each record stands for itself again.",
        {"ours": proposing.number, "theirs": confirming.number},
    )
    _inform(session, actor, undoing, Message("A link is undone"), body, to=proposing, at=at)
    return student, other


def refuse(
    session: orm.Session, actor: Actor, undoing: LinkUndoing, *, reason: str, seen: int | None, at: dt.datetime
) -> None:
    """Say that the link is right. Raises ``Refusal`` without a reason, and as ``confirm`` does."""
    _begun(session, actor, undoing, undoing.institution_id, seen)
    if not reason.strip():
        raise Refusal("Say why the link stays; the partner reads it.", about="answer")
    undoing.answer = reason.strip()
    _decide(undoing, REFUSED, actor, at)
    _tell(session, actor, undoing.student, Act.LINK_UNDOING_REFUSED, at, reason=reason.strip())
    ours, theirs = _sides(undoing.student, undoing.proposer_id)
    body = Message(
        "The partner has refused to undo the link of %(ours)s with %(theirs)s. Its reason: %(reason)s",
        {"ours": ours.number, "theirs": theirs.number, "reason": reason.strip()},
    )
    _inform(session, actor, undoing, Message("The undoing of a link is refused"), body, to=ours, at=at)


def withdraw(session: orm.Session, actor: Actor, undoing: LinkUndoing, *, seen: int | None, at: dt.datetime) -> None:
    """Take the proposal back. Raises ``Conflict`` when it is decided, ``NotAllowed`` for the partner."""
    _begun(session, actor, undoing, undoing.proposer_id, seen)
    _decide(undoing, WITHDRAWN, actor, at)
    _tell(session, actor, undoing.student, Act.LINK_UNDOING_WITHDRAWN, at)


def _sides(student: Student, institution: str) -> tuple[Enrolment, Enrolment]:
    """The institution's enrolment and the partner's. Raises ``Conflict`` where the student has only one."""
    own = next((side for side in student.enrolments if side.institution_id == institution), None)
    theirs = elsewhere(own) if own else None
    if own is None or theirs is None:
        raise Conflict("The student is in one register only; there is no link to undo.")
    return own, theirs


def _check_consequences(session: orm.Session, student: Student, digest: str) -> None:
    touched = at_stake(session, student)
    if touched.documents:
        raise DocumentInForce(
            "A document is in force that says that both records are one person's. Revoke it first, with its reason; "
            "then the link can be undone."
        )
    if touched.preventing:
        raise Conflict(
            "The link cannot be undone while this stands: %(what)s",
            {"what": tuple(entry.what for entry in touched.preventing)},
        )
    if touched.digest != digest:
        raise Unconfirmed("What it touches has changed since you opened the page; read the list again.")


def _begun(session: orm.Session, actor: Actor, undoing: LinkUndoing, institution: str, seen: int | None) -> None:
    require(actor, Permission.IMPORT_FILES, of_institutions(institution))
    refuse_nobody(actor)
    lock_imports(session)
    lock(session, undoing)
    if undoing.state != WAITING:
        raise Conflict("This was confirmed, refused or withdrawn before; nothing more was done.")
    if seen is not None and seen != undoing.revision:
        raise Conflict("It has changed since you opened the page; read it again.")
    session.refresh(undoing.student)


def _decide(undoing: LinkUndoing, state: str, actor: Actor, at: dt.datetime) -> None:
    undoing.state, undoing.decided_by, undoing.decided_at = state, actor.person_id, at


def _remember(session: orm.Session, actor: Actor, first: Enrolment, second: Enrolment, at: dt.datetime) -> None:
    """Both offices know from now on that these two were taken for one person and are not."""
    for own, theirs in ((first, second), (second, first)):
        query = sa.select(LinkProposal).where(LinkProposal.enrolment_id == own.id, LinkProposal.named_id == theirs.id)
        pair = session.scalars(query).first()
        if pair is None:
            pair = LinkProposal(
                institution_id=theirs.institution_id, enrolment=own, named=theirs, basis=LIKENESS, proposed_at=at
            )
            session.add(pair)
        pair.state, pair.decided_by, pair.decided_at = UNDONE, actor.person_id, at
    session.flush()


def _tell(session: orm.Session, actor: Actor, student: Student, act: Act, at: dt.datetime, *, reason: str = "") -> None:
    concerned = [side.institution_id for side in student.enrolments]
    tell(session, actor, student.subject, act, concerned=concerned, at=at, reason=reason)


def _inform(
    session: orm.Session,
    actor: Actor,
    undoing: LinkUndoing,
    subject: Message,
    body: Message,
    *,
    to: Enrolment,
    at: dt.datetime,
) -> None:
    link = "/links" if undoing.state == CONFIRMED else f"/students/{undoing.joined_id}/link"
    news = News(about=f"link-undoing:{undoing.id}", act=undoing.state, subject=subject, body=body, link=link)
    sender = next(where for where in (undoing.institution_id, undoing.proposer_id) if where != to.institution_id)
    inform(session, actor, news, institution=to.institution_id, sender=sender, at=at, roles=[Role.REGISTRAR])
