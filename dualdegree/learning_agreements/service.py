"""How does a learning agreement come into force? Version by version, each agreed to by three.

Every version needs the student's acceptance, then the approval of an advisor
of the sending side, then of the receiving side; another text is another version, and the one in force stays in force
until another has all three.
"""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.dossiers import dossier as dossier_of
from dualdegree.core.acts import SENTENCES, Act
from dualdegree.core.approval import LEARNING_AGREEMENT, State, Step, after
from dualdegree.core.policy import Actor, Permission, Role, may, require
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.core.terms import in_words as term_in_words
from dualdegree.core.text import Message
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.learning_agreements.content import Stay, check, digest, recognised, studied
from dualdegree.learning_agreements.doubts import refuse_certain
from dualdegree.programmes.informing import News, inform
from dualdegree.records.models import Student
from dualdegree.requests.judging.objections import partner_of, side_of
from dualdegree.requests.models import LearningAgreement
from dualdegree.workflow import take

OPEN = (State.DRAFT, State.ACCEPTED, State.ENDORSED, State.RETURNED)
"""The states of a version that is proposed."""


def stay_of(session: orm.Session, agreement_id: int) -> LearningAgreement:
    """The version; raises ``Absent``."""
    agreement = session.get(LearningAgreement, agreement_id)
    if agreement is None:
        raise Absent("There is no such learning agreement.")
    return agreement


def in_force(session: orm.Session, agreement: LearningAgreement) -> LearningAgreement | None:
    """The version of the same stay that all three have agreed to, if there is one."""
    return next((version for version in _versions(session, agreement) if version.state == State.IN_FORCE), None)


def write(session: orm.Session, actor: Actor, student: Student, stay: Stay, at: dt.datetime) -> LearningAgreement:
    """Write the next version of a stay; a version that is still proposed is withdrawn for it.

    The same text again is the version that is there. Raises ``Refusal`` for what a stay cannot say, ``NotAllowed``.
    """
    require(actor, Permission.PLAN_STAY, student.policy_subject())
    _refuse_nobody(actor)
    # Of two that write the next version at once, one sees the other's.
    lock(session, student)
    dossier = dossier_of(session, student)
    check(dossier, stay)
    refuse_certain(session, dossier, stay)
    agreement = LearningAgreement(
        student=student,
        institution_id=side_of(dossier, stay.degree).curriculum.institution,
        partner_id=partner_of(dossier, stay.degree),
        degree=stay.degree,
        stay=stay.begins,
        studied=studied(dossier, stay),
        recognised=recognised(dossier, stay),
        words=stay.words.strip(),
        state=State.DRAFT.value,
        since=at,
        written_by=actor.person_id,
        written_at=at,
    )
    agreement.digest = digest(agreement)
    before = _versions(session, agreement)
    same = next(
        (
            version
            for version in before
            if version.digest == agreement.digest and version.state in (*OPEN, State.IN_FORCE)
        ),
        None,
    )
    if same is not None:
        return same
    agreement.number = max((version.number for version in before), default=0) + 1
    for old in before:
        if old.state in OPEN:
            _finish(session, actor, old, State.WITHDRAWN, Act.STAY_WITHDRAWN, at=at)
    session.add(agreement)
    session.flush()
    _finish(session, actor, agreement, State.DRAFT, Act.STAY_WRITTEN, at=at)
    return agreement


def accept(
    session: orm.Session, actor: Actor, agreement: LearningAgreement, *, seen: int | None, at: dt.datetime
) -> None:
    """The student's yes to this very version. Raises ``Conflict`` and ``NotAllowed``."""
    require(actor, Permission.ACCEPT_STAY, agreement.policy_subject())
    state = take(session, actor, agreement, LEARNING_AGREEMENT, Step.ACCEPT, seen=seen)
    agreement.accepted_at = at
    _finish(session, actor, agreement, state, Act.STAY_ACCEPTED, at=at)


def endorse(
    session: orm.Session, actor: Actor, agreement: LearningAgreement, *, seen: int | None, at: dt.datetime
) -> None:
    """The sending side's yes, by somebody who did not write it. Raises ``Refusal``, ``Conflict``, ``NotAllowed``."""
    require(actor, Permission.ENDORSE_RECOGNITION, agreement.subject_at(agreement.institution_id))
    state = take(session, actor, agreement, LEARNING_AGREEMENT, Step.ENDORSE, seen=seen)
    agreement.endorsed_by, agreement.endorsed_at = actor.person_id, at
    _finish(session, actor, agreement, state, Act.STAY_ENDORSED, at=at)


def confirm(
    session: orm.Session, actor: Actor, agreement: LearningAgreement, *, seen: int | None, at: dt.datetime
) -> None:
    """The receiving side's yes: it is in force, and replaces the version before. Raises as ``endorse`` does."""
    require(actor, Permission.CONFIRM_RECOGNITION, agreement.subject_at(agreement.partner_id))
    state = take(session, actor, agreement, LEARNING_AGREEMENT, Step.CONFIRM, seen=seen)
    before = in_force(session, agreement)
    if before is not None:
        before.state = after(LEARNING_AGREEMENT, State(before.state), Step.REPLACE)
    agreement.confirmed_by, agreement.confirmed_at = actor.person_id, at
    _finish(session, actor, agreement, state, Act.STAY_CONFIRMED, at=at)


def send_back(
    session: orm.Session, actor: Actor, agreement: LearningAgreement, *, reason: str, seen: int | None, at: dt.datetime
) -> None:
    """Whoever is to approve next asks for another version. Raises ``Refusal``, ``Conflict`` and ``NotAllowed``."""
    receiving = agreement.state == State.ENDORSED
    permission = Permission.CONFIRM_RECOGNITION if receiving else Permission.ENDORSE_RECOGNITION
    require(actor, Permission.ENDORSE_RECOGNITION, agreement.policy_subject())
    if not may(
        actor, permission, agreement.subject_at(agreement.partner_id if receiving else agreement.institution_id)
    ):
        raise Conflict("It does not wait for you now; read the page again to see whom it waits for.")
    state = take(session, actor, agreement, LEARNING_AGREEMENT, Step.SEND_BACK, seen=seen)
    if not reason.strip():
        raise Refusal("Say what has to be mended; the student reads it.", about="reason")
    agreement.reason = reason.strip()
    _finish(session, actor, agreement, state, Act.STAY_SENT_BACK, at=at, reason=agreement.reason, receiving=receiving)


def withdraw(
    session: orm.Session, actor: Actor, agreement: LearningAgreement, *, seen: int | None, at: dt.datetime
) -> None:
    """Take back a version that is not in force. Raises ``Conflict`` and ``NotAllowed``."""
    require(actor, Permission.PLAN_STAY, agreement.policy_subject())
    _finish(
        session,
        actor,
        agreement,
        take(session, actor, agreement, LEARNING_AGREEMENT, Step.WITHDRAW, seen=seen),
        Act.STAY_WITHDRAWN,
        at=at,
    )


def _refuse_nobody(actor: Actor) -> None:
    if not actor.person_id:
        raise Refusal("A learning agreement bears the names of persons; sign in to take part in it.")


def _finish(
    session: orm.Session,
    actor: Actor,
    agreement: LearningAgreement,
    state: State,
    act: Act,
    *,
    at: dt.datetime,
    reason: str = "",
    receiving: bool = False,
) -> None:
    agreement.state, agreement.since = state, at
    session.flush()
    concerned = [enrolment.institution_id for enrolment in agreement.student.enrolments]
    tell(
        session, actor, agreement.subject, act, concerned=concerned, at=at, reason=reason,
        after={
            "student": agreement.student.subject, "digest": agreement.digest, "number": agreement.number,
            "state": state,
        },
    )  # fmt: skip
    words = {
        "stay": term_in_words(agreement.stay), "number": str(agreement.number), "act": SENTENCES[act],
        "student": agreement.student.full_name,
    }  # fmt: skip
    sender = agreement.partner_id if act is Act.STAY_CONFIRMED or receiving else agreement.institution_id
    news = News(
        about=agreement.subject,
        act=f"{act}:{agreement.revision}",
        subject=Message("%(act)s: %(student)s (%(stay)s, version %(number)s)", words),
        body=Message(
            "Learning agreement of %(student)s for the stay from %(stay)s, version %(number)s: %(act)s.", words
        ),
        link=agreement.link,
    )
    inform(
        session,
        actor,
        news,
        institution=agreement.institution_id,
        at=at,
        people=[agreement.student.person_id],
        sender=sender,
    )
    next_ = {State.ACCEPTED: agreement.institution_id, State.ENDORSED: agreement.partner_id}.get(state)
    if next_ is not None:
        inform(session, actor, news, institution=next_, at=at, roles=[Role.ADVISOR], sender=sender)


def _versions(session: orm.Session, like: LearningAgreement) -> Sequence[LearningAgreement]:
    query = sa.select(LearningAgreement).where(
        LearningAgreement.student_id == like.student.id,
        LearningAgreement.partner_id == like.partner_id,
        LearningAgreement.stay == like.stay,
    )
    return session.scalars(query.order_by(LearningAgreement.number.desc())).all()
