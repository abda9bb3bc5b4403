"""How does a learning agreement come into force? Version by version, each agreed to by three.

Every version needs the student's acceptance, then the approval of an advisor
of the sending side, then of the receiving side; another text is another version, and the one in force stays in force
until another has all three.
"""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.dossiers import dossier
from dualdegree.core.acts import SENTENCES, Act
from dualdegree.core.approval import LEARNING_AGREEMENT, State, Step, after
from dualdegree.core.policy import Actor, Permission, Role, may, require
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.core.text import Message
from dualdegree.db import lock
from dualdegree.history import own_repeats_told, tell
from dualdegree.learning_agreements.content import Stay, check, digest, recognised, studied
from dualdegree.programmes.informing import News, inform
from dualdegree.records.models import Student
from dualdegree.requests.judging.objections import partner_of, side_of
from dualdegree.requests.models import LearningAgreement
from dualdegree.requests.workflow.deciding import refuse_own

OPEN = (State.DRAFT, State.ACCEPTED, State.ENDORSED, State.RETURNED)
"""The states of a version that is proposed."""
OWN = Message(
    "You have taken an earlier step of this learning agreement yourself; another person has to take this one."
)


def stay_of(session: orm.Session, agreement_id: int) -> LearningAgreement:
    """The version; raises ``Absent``."""
    found = session.get(LearningAgreement, agreement_id)
    if found is None:
        raise Absent("There is no such learning agreement.")
    return found


def in_force(session: orm.Session, of: LearningAgreement) -> LearningAgreement | None:
    """The version of the same stay that all three have agreed to, if there is one."""
    return next((one for one in _versions(session, of) if one.state == State.IN_FORCE), None)


def write(session: orm.Session, actor: Actor, student: Student, stay: Stay, at: dt.datetime) -> LearningAgreement:
    """Write the next version of a stay; a version that is still proposed is withdrawn for it.

    The same text again is the version that is there. Raises ``Refusal`` for what a stay cannot say, ``NotAllowed``.
    """
    require(actor, Permission.PLAN_STAY, student.policy_subject())
    _refuse_nobody(actor)
    # Of two that write the next version at once, one sees the other's.
    lock(session, student)
    found = dossier(session, student)
    check(found, stay)
    made = LearningAgreement(
        student=student,
        institution_id=side_of(found, stay.degree).curriculum.institution,
        partner_id=partner_of(found, stay.degree),
        degree=stay.degree,
        stay=stay.begins,
        studied=studied(found, stay),
        recognised=recognised(found, stay),
        words=stay.words.strip(),
        state=State.DRAFT.value,
        since=at,
        written_by=actor.person_id,
        written_at=at,
    )
    made.digest = digest(made)
    before = _versions(session, made)
    same = next((one for one in before if one.digest == made.digest and one.state in (*OPEN, State.IN_FORCE)), None)
    if same is not None:
        return same
    made.number = max((one.number for one in before), default=0) + 1
    for old in before:
        if old.state in OPEN:
            _finish(session, actor, old, State.WITHDRAWN, Act.STAY_WITHDRAWN, at=at)
    session.add(made)
    session.flush()
    _finish(session, actor, made, State.DRAFT, Act.STAY_WRITTEN, at=at)
    return made


def accept(session: orm.Session, actor: Actor, of: LearningAgreement, *, seen: int | None, at: dt.datetime) -> None:
    """The student's yes to this very version. Raises ``Conflict`` and ``NotAllowed``."""
    require(actor, Permission.ACCEPT_STAY, of.policy_subject())
    state = _begin(session, actor, of, Step.ACCEPT, seen)
    of.accepted_at = at
    _finish(session, actor, of, state, Act.STAY_ACCEPTED, at=at)


def endorse(session: orm.Session, actor: Actor, of: LearningAgreement, *, seen: int | None, at: dt.datetime) -> None:
    """The sending side's yes, by somebody who did not write it. Raises ``Refusal``, ``Conflict``, ``NotAllowed``."""
    require(actor, Permission.ENDORSE_RECOGNITION, of.subject_at(of.institution_id))
    state = _begin(session, actor, of, Step.ENDORSE, seen)
    refuse_own(actor, of.written_by, why=OWN)
    of.endorsed_by, of.endorsed_at = actor.person_id, at
    _finish(session, actor, of, state, Act.STAY_ENDORSED, at=at)


def confirm(session: orm.Session, actor: Actor, of: LearningAgreement, *, seen: int | None, at: dt.datetime) -> None:
    """The receiving side's yes: it is in force, and replaces the version before. Raises as ``endorse`` does."""
    require(actor, Permission.CONFIRM_RECOGNITION, of.subject_at(of.partner_id))
    state = _begin(session, actor, of, Step.CONFIRM, seen)
    refuse_own(actor, of.written_by, of.endorsed_by, why=OWN)
    before = in_force(session, of)
    if before is not None:
        before.state = after(LEARNING_AGREEMENT, State(before.state), Step.REPLACE)
    of.confirmed_by, of.confirmed_at = actor.person_id, at
    _finish(session, actor, of, state, Act.STAY_CONFIRMED, at=at)


def send_back(
    session: orm.Session, actor: Actor, of: LearningAgreement, *, reason: str, seen: int | None, at: dt.datetime
) -> None:
    """Whoever is to approve next asks for another version. Raises ``Refusal``, ``Conflict`` and ``NotAllowed``."""
    receiving = of.state == State.ENDORSED
    permission = Permission.CONFIRM_RECOGNITION if receiving else Permission.ENDORSE_RECOGNITION
    require(actor, Permission.ENDORSE_RECOGNITION, of.policy_subject())
    if not may(actor, permission, of.subject_at(of.partner_id if receiving else of.institution_id)):
        raise Conflict("It does not wait for you now; read the page again to see whom it waits for.")
    state = _begin(session, actor, of, Step.SEND_BACK, seen)
    if not reason.strip():
        raise Refusal("Say what has to be mended; the student reads it.")
    of.reason = reason.strip()
    _finish(session, actor, of, state, Act.STAY_SENT_BACK, at=at, reason=of.reason)


def withdraw(session: orm.Session, actor: Actor, of: LearningAgreement, *, seen: int | None, at: dt.datetime) -> None:
    """Take back a version that is not in force. Raises ``Conflict`` and ``NotAllowed``."""
    require(actor, Permission.PLAN_STAY, of.policy_subject())
    _finish(session, actor, of, _begin(session, actor, of, Step.WITHDRAW, seen), Act.STAY_WITHDRAWN, at=at)


def _begin(session: orm.Session, actor: Actor, of: LearningAgreement, step: Step, seen: int | None) -> State:
    _refuse_nobody(actor)
    lock(session, of)
    with own_repeats_told(session, actor, of.subject):
        if seen is not None and of.revision != seen:
            raise Conflict("The learning agreement has changed since you opened the page; read it again.")
        return after(LEARNING_AGREEMENT, State(of.state), step)


def _refuse_nobody(actor: Actor) -> None:
    if not actor.person_id:
        raise Refusal("A learning agreement bears the names of persons; sign in to take part in it.")


def _finish(
    session: orm.Session,
    actor: Actor,
    of: LearningAgreement,
    state: State,
    act: Act,
    *,
    at: dt.datetime,
    reason: str = "",
) -> None:
    of.state, of.since = state, at
    session.flush()
    concerned = [enrolment.institution_id for enrolment in of.student.enrolments]
    tell(
        session, actor, of.subject, act, concerned=concerned, at=at, reason=reason,
        after={"student": of.student.subject, "digest": of.digest, "number": of.number, "state": state},
    )  # fmt: skip
    words = {"stay": of.stay, "number": str(of.number), "act": SENTENCES[act]}
    news = News(
        about=of.subject,
        act=f"{act}:{of.revision}",
        subject=Message("%(act)s (%(stay)s, version %(number)s)", words),
        body=Message("Learning agreement for the stay from %(stay)s, version %(number)s: %(act)s.", words),
        link=of.link,
    )
    inform(session, actor, news, institution=of.institution_id, at=at, people=[of.student.person_id])
    next_ = {State.ACCEPTED: of.institution_id, State.ENDORSED: of.partner_id}.get(state)
    if next_ is not None:
        inform(session, actor, news, institution=next_, at=at, roles=[Role.ADVISOR])


def _versions(session: orm.Session, like: LearningAgreement) -> Sequence[LearningAgreement]:
    of = LearningAgreement
    query = sa.select(of).where(
        of.student_id == like.student.id, of.partner_id == like.partner_id, of.stay == like.stay
    )
    return session.scalars(query.order_by(of.number.desc())).all()
