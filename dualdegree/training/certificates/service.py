"""Who hands a language certificate in, who confirms it, and what does it yield? Nobody confirms their own."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.approval import CERTIFICATE, State, Step
from dualdegree.core.policy import Actor, Permission, require
from dualdegree.core.refusal import Absent, Conflict, Refusal, Repeated
from dualdegree.core.text import InstitutionName, Message, folded
from dualdegree.core.training.certificates import (
    CertificateFacts,
    CertificateRules,
    LanguageRule,
    asked_by,
    number_end,
    objection,
    refuse_unsound,
)
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.programmes.models import Institution
from dualdegree.programmes.texts import day_at, profile_of
from dualdegree.records.entered.service import MilestoneReached, enter, withdraw
from dualdegree.records.models import Enrolment, Student
from dualdegree.training.certificates.models import CertificateDecision, LanguageCertificate
from dualdegree.training.certificates.notices import tell_of_certificate
from dualdegree.workflow import take

STANDING = (State.REQUESTED, State.ENTERED)
"""The states in which a certificate is there: handing the same in once more changes nothing."""


def rules_of(session: orm.Session, student: Student) -> tuple[CertificateRules, ...]:
    """What the institutions at which the student is enrolled ask of certificates, in the order of their ids."""
    ids = [enrolment.institution_id for enrolment in student.enrolments]
    query = sa.select(Institution).where(Institution.id.in_(ids)).order_by(Institution.id)
    known = (profile_of(institution).certificates for institution in session.scalars(query) if institution.profile)
    return tuple(rules for rules in known if rules is not None)


def rules_if_any(session: orm.Session, institution_id: str) -> CertificateRules | None:
    """What one institution asks, if its profile says."""
    institution = session.get(Institution, institution_id)
    return profile_of(institution).certificates if institution and institution.profile else None


def rules_at(session: orm.Session, institution_id: str) -> CertificateRules:
    """The same; raises ``Refusal`` where its profile does not say."""
    rules = rules_if_any(session, institution_id)
    if rules is None:
        raise Refusal(
            "The profile of %(institution)s asks for no language certificates; its registrar can add that.",
            {"institution": InstitutionName(institution_id)},
        )
    return rules


def decision_of(session: orm.Session, decision_id: int) -> CertificateDecision:
    """A certificate as one institution sees it; raises ``Absent``."""
    decision = session.get(CertificateDecision, decision_id)
    if decision is None:
        raise Absent("There is no such certificate.")
    return decision


def hand_in(
    session: orm.Session, actor: Actor, student: Student, certificate: CertificateFacts, at: dt.datetime
) -> LanguageCertificate:
    """Hand in a certificate, for every institution whose curriculum asks for one in its language.

    Raises ``Refusal`` for what no certificate can say, ``Conflict`` for one that was handed in already, ``NotAllowed``.
    """
    require(actor, Permission.HAND_IN_CERTIFICATE, student.policy_subject())
    if not actor.person_id:
        raise Refusal("A certificate bears the name of who handed it in; sign in.")
    rules = rules_of(session, student)
    refuse_unsound(certificate, rules, _today(session, student, at))
    if certificate.awarded_on < student.birth_date:
        words = {"born": student.birth_date}
        raise Refusal("The student was born after that day, on %(born)s.", words, about="awarded_on")
    # Of two that hand the same in at once, one sees the other.
    lock(session, student)
    time = _refuse_same(session, actor, student, certificate)
    row = _row(actor, student, certificate, time, at)
    session.add(row)
    session.flush()
    for side in rules:
        if asked_by(side, certificate):
            row.decisions.append(
                CertificateDecision(
                    institution_id=side.institution, state=State.REQUESTED.value, milestones=[], reason=""
                )
            )
    session.flush()
    _tell(session, actor, row, Act.CERTIFICATE_HANDED_IN, at=at)
    for decision in row.decisions:
        tell_of_certificate(session, actor, decision, Act.CERTIFICATE_HANDED_IN, at)
    return row


def yields(decision: CertificateDecision, rules: CertificateRules, on: dt.date) -> tuple[LanguageRule, ...]:
    """What the certificate counts towards at the institution on that day."""
    certificate = decision.certificate.as_core()
    return tuple(rule for rule in asked_by(rules, certificate) if objection(certificate, rule, rules, on) is None)


def objections(decision: CertificateDecision, rules: CertificateRules, on: dt.date) -> tuple[Message, ...]:
    """Why it does not count towards what the institution asks in its language, each reason with what it is about."""
    certificate = decision.certificate.as_core()
    reasons = ((rule, objection(certificate, rule, rules, on)) for rule in asked_by(rules, certificate))
    return tuple(
        Message("%(rule)s: %(reason)s", {"rule": rule.title, "reason": reason})
        for rule, reason in reasons
        if reason is not None
    )


def confirm(
    session: orm.Session,
    actor: Actor,
    decision: CertificateDecision,
    *,
    on: dt.date,
    seen: int | None,
    at: dt.datetime,
) -> None:
    """The registrar has seen the original: it counts from now on towards what it yields on the day that matters.

    Raises ``Refusal`` where it yields nothing, ``Conflict``, ``NeedsAnother`` and ``NotAllowed``.
    """
    require(actor, Permission.CONFIRM_CERTIFICATE, decision.deciding_subject())
    state = take(session, actor, decision, CERTIFICATE, Step.GRANT, seen=seen)
    rules = rules_at(session, decision.institution_id)
    certificate = decision.certificate
    if on < certificate.awarded_on:
        words = {"day": certificate.awarded_on}
        raise Refusal("The certificate was issued on %(day)s; it cannot count before.", words, about="on")
    counted = yields(decision, rules, on)
    if not counted:
        reasons = objections(decision, rules, on)
        raise Refusal(
            "The certificate does not count. %(reasons)s Refuse it, or correct the day.",
            {"reasons": reasons},
            about="on",
        )
    enrolment = _enrolment(decision)
    for rule in counted:
        reached = MilestoneReached(milestone=rule.milestone, achieved_on=certificate.awarded_on)
        enter(session, actor, enrolment, decision.subject, reached, at=at)
    decision.milestones, decision.counted_on = [rule.milestone for rule in counted], on
    _settle(session, actor, decision, state, Act.CERTIFICATE_CONFIRMED, at=at)


def refuse(
    session: orm.Session, actor: Actor, decision: CertificateDecision, *, reason: str, seen: int | None, at: dt.datetime
) -> None:
    """Accept it not, and say why. Raises ``Refusal``, ``Conflict``, ``NeedsAnother`` and ``NotAllowed``."""
    require(actor, Permission.CONFIRM_CERTIFICATE, decision.deciding_subject())
    _refuse_without(reason)
    state = take(session, actor, decision, CERTIFICATE, Step.REFUSE, seen=seen)
    decision.reason = reason.strip()
    _settle(session, actor, decision, state, Act.CERTIFICATE_REFUSED, at=at)


def take_back(
    session: orm.Session, actor: Actor, decision: CertificateDecision, *, seen: int | None, at: dt.datetime
) -> None:
    """Withdraw what one handed in and the institution has not decided on. Raises ``Conflict`` and ``Refusal``."""
    if actor.person_id != decision.certificate.entered_by:
        raise Refusal("Only whoever handed a certificate in can withdraw it.")
    state = take(session, actor, decision, CERTIFICATE, Step.WITHDRAW, seen=seen)
    _settle(session, actor, decision, state, Act.CERTIFICATE_WITHDRAWN, at=at)


def lift(
    session: orm.Session, actor: Actor, decision: CertificateDecision, *, reason: str, seen: int | None, at: dt.datetime
) -> None:
    """Let it not count any more: what it yielded leaves the record. Raises as ``refuse`` does."""
    require(actor, Permission.CONFIRM_CERTIFICATE, decision.deciding_subject())
    _refuse_without(reason)
    state = take(session, actor, decision, CERTIFICATE, Step.LIFT, seen=seen)
    withdraw(session, actor, _enrolment(decision), decision.subject, at=at, reason=reason.strip())
    decision.reason, decision.milestones = reason.strip(), []
    _settle(session, actor, decision, state, Act.CERTIFICATE_LIFTED, at=at)


def certificates_of(session: orm.Session, student: Student) -> Sequence[LanguageCertificate]:
    """Everything that was handed in of this student, newest first."""
    row = LanguageCertificate
    return session.scalars(sa.select(row).where(row.student_id == student.id).order_by(row.id.desc())).all()


def _enrolment(decision: CertificateDecision) -> Enrolment:
    sides = decision.certificate.student.enrolments
    side = next((side for side in sides if side.institution_id == decision.institution_id), None)
    if side is None:
        raise Conflict("The student is not enrolled at the institution any more; import its roster again.")
    return side


def _today(session: orm.Session, student: Student, at: dt.datetime) -> dt.date:
    """The latest day that it is at one of the student's institutions."""
    return max((day_at(session, side.institution_id, at) for side in student.enrolments), default=at.date())


def _row(
    actor: Actor, student: Student, certificate: CertificateFacts, time: int, at: dt.datetime
) -> LanguageCertificate:
    return LanguageCertificate(
        student=student,
        key=_key(certificate),
        time=time,
        language=certificate.language,
        scale=certificate.scale,
        level=certificate.level,
        issuer=certificate.issuer.strip(),
        number_end=number_end(certificate.number_end),
        awarded_on=certificate.awarded_on,
        expires_on=certificate.expires_on,
        entered_by=actor.person_id,
        entered_at=at,
    )


def _key(certificate: CertificateFacts) -> str:
    """What tells one certificate of a student from another: everything on it but its level and its end."""
    facts = [
        certificate.language,
        certificate.scale,
        folded(certificate.issuer),
        number_end(certificate.number_end).casefold(),
        certificate.awarded_on.isoformat(),
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _refuse_same(session: orm.Session, actor: Actor, student: Student, certificate: CertificateFacts) -> int:
    """How often the same one was handed in, with this time; raises ``Conflict`` while it stands."""
    row = LanguageCertificate
    query = sa.select(row).where(row.student_id == student.id, row.key == _key(certificate)).order_by(row.time)
    same = session.scalars(query).all()
    for known in same:
        if any(decision.state in STANDING for decision in known.decisions):
            said = Message("This very certificate is handed in already; it is in the list below.")
            mine = known.entered_by == actor.person_id
            raise Repeated(said, about="number") if mine else Conflict(said, about="number")
    return len(same) + 1


def _refuse_without(reason: str) -> None:
    if not reason.strip():
        raise Refusal("Say why; the student reads it.", about="reason")


def _settle(
    session: orm.Session, actor: Actor, decision: CertificateDecision, state: State, act: Act, *, at: dt.datetime
) -> None:
    decision.state = state.value
    if act is not Act.CERTIFICATE_WITHDRAWN:
        decision.decided_by, decision.decided_at = actor.person_id, at
    session.flush()
    facts = {"institution": decision.institution_id, "state": decision.state}
    _tell(session, actor, decision.certificate, act, at=at, reason=decision.reason, facts=facts)
    tell_of_certificate(session, actor, decision, act, at)


def _tell(
    session: orm.Session,
    actor: Actor,
    certificate: LanguageCertificate,
    act: Act,
    *,
    at: dt.datetime,
    reason: str = "",
    facts: Mapping[str, str] | None = None,
) -> None:
    own = {"student": certificate.student.subject, "language": certificate.language, "level": certificate.level}
    concerned = [side.institution_id for side in certificate.student.enrolments]
    tell(
        session, actor, certificate.subject, act, concerned=concerned, at=at, reason=reason,
        after={**own, **(facts or {})},
    )  # fmt: skip
