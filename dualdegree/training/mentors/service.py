"""Which mentors does an institution keep, and for which days has it appointed them?"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.accounts.models import Person
from dualdegree.accounts.service import grant_role, normal, person_of
from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Permission, Role, of_institutions, require
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.core.training.periods import TrainingPeriod, period
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.training.enterprises.models import Enterprise
from dualdegree.training.mentors.models import Mentor, MentorAppointment, MentorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorFacts:
    """What an office writes down of a mentor; ``enterprise`` is an enterprise mentor's."""

    kind: MentorKind
    name: str
    email: str
    qualification: str
    enterprise: Enterprise | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentFacts:
    """From when to when somebody is appointed, and by which decision."""

    first: dt.date
    last: dt.date | None
    decided_by: str


def mentors_of(institution: str) -> sa.Select[Mentor]:
    """The institution's mentors, those of the university first, by name."""
    query = sa.select(Mentor).where(Mentor.institution_id == institution)
    return query.order_by(Mentor.kind.desc(), Mentor.name, Mentor.id).options(orm.joinedload(Mentor.enterprise))


def mentor_of(session: orm.Session, mentor_id: int) -> Mentor:
    """The mentor; raises ``Absent``."""
    mentor = session.get(Mentor, mentor_id)
    if mentor is None:
        raise Absent("There is no such mentor.")
    return mentor


def mentors_at(session: orm.Session, institutions: Collection[str]) -> Sequence[Mentor]:
    """The mentors of several institutions, by kind and name."""
    query = sa.select(Mentor).where(Mentor.institution_id.in_(institutions)).options(orm.joinedload(Mentor.enterprise))
    return session.scalars(query.order_by(Mentor.kind.desc(), Mentor.name, Mentor.id)).all()


def mentors_who_are(session: orm.Session, person: int) -> Sequence[int]:
    """The numbers under which a person is a mentor, at one institution or several."""
    return session.scalars(sa.select(Mentor.id).where(Mentor.person_id == person).order_by(Mentor.id)).all()


def save_mentor(
    session: orm.Session,
    actor: Actor,
    institution: str,
    facts: MentorFacts,
    *,
    at: dt.datetime,
    mentor: Mentor | None = None,
    seen: int | None = None,
) -> Mentor:
    """Put a mentor on the institution's list, or change an entry; the same again changes nothing.

    Whoever has an account under the address can at once open the placements that name them. Raises ``NotAllowed``;
    ``Refusal`` for what is missing, ``Conflict`` where the address is taken or the entry has changed since ``seen``.
    """
    require(actor, Permission.KEEP_TRAINING, of_institutions(institution))
    _refuse_unsound(facts)
    row = mentor or Mentor(institution_id=institution)
    before = _in_history(row) if mentor else None
    if mentor is not None:
        lock(session, mentor)
        if seen is not None and mentor.revision != seen:
            raise Conflict("Somebody has changed this entry since you opened the page; read it again.")
        _refuse_other_person(mentor, facts)
    _refuse_taken(session, institution, facts, row.id)
    row.kind, row.name, row.email = facts.kind.value, facts.name.strip(), normal(facts.email)
    row.qualification, row.enterprise = facts.qualification.strip(), facts.enterprise
    session.add(row)
    session.flush()
    if row.person_id is None and (known := person_of(session, row.email)) is not None and known.active:
        link(session, actor, row, known, at)
    after = _in_history(row)
    if before != after:
        row.revision = (row.revision or 0) + (before is not None)
        tell(session, actor, row.subject, Act.MENTOR_SAVED, concerned=[institution], at=at, before=before, after=after)
    return row


def link(session: orm.Session, actor: Actor, mentor: Mentor, person: Person, at: dt.datetime) -> None:
    """Let an account open the placements that name the mentor."""
    mentor.person_id = person.id
    grant_role(session, actor, person, Role.MENTOR, mentor.institution_id, at=at)


def _refuse_unsound(facts: MentorFacts) -> None:
    if not facts.name.strip():
        raise Refusal("Give the mentor's name.", about="name")
    if "@" not in facts.email.strip():
        raise Refusal("Give the mentor's e-mail address; the invitation goes there.", about="email")
    if not facts.qualification.strip():
        raise Refusal(
            "Say what qualifies the mentor, such as a degree, a title or years of practice.", about="qualification"
        )
    if facts.kind is MentorKind.ENTERPRISE and facts.enterprise is None:
        raise Refusal("Choose the enterprise whose mentor this is.", about="enterprise")
    if facts.kind is MentorKind.UNIVERSITY and facts.enterprise is not None:
        raise Refusal("A mentor of the university belongs to no enterprise; choose none.", about="enterprise")


def _refuse_other_person(mentor: Mentor, facts: MentorFacts) -> None:
    if mentor.person_id is not None and normal(facts.email) != mentor.email:
        raise Refusal(
            "%(name)s signs in with the address %(email)s already; put another person on the list by themselves.",
            {"name": mentor.name, "email": mentor.email},
            about="email",
        )


def _refuse_taken(session: orm.Session, institution: str, facts: MentorFacts, but: int | None) -> None:
    query = sa.select(Mentor.id).where(
        Mentor.institution_id == institution, Mentor.kind == facts.kind.value, Mentor.email == normal(facts.email)
    )
    if session.scalar(query) not in (None, but):
        raise Conflict(
            "A mentor with the address %(email)s is on the list already.", {"email": normal(facts.email)}, about="email"
        )


def _in_history(row: Mentor) -> dict[str, str]:
    """No name and no address: a history is never erased."""
    return {"kind": row.kind, "enterprise": str(row.enterprise.id if row.enterprise else "")}


def appoint(
    session: orm.Session, actor: Actor, mentor: Mentor, facts: AppointmentFacts, *, at: dt.datetime
) -> MentorAppointment:
    """Appoint the mentor for a period; the same again changes nothing.

    Raises ``NotAllowed``; ``Refusal`` for a period that ends before it begins, that overlaps another appointment, or
    where nobody is named who decided.
    """
    require(actor, Permission.KEEP_TRAINING, mentor.policy_subject())
    if not facts.decided_by.strip():
        raise Refusal("Say who decided on the appointment, with the minute where there is one.", about="decided_by")
    wanted = period(facts.first, facts.last)
    lock(session, mentor)
    for held in mentor.appointments:
        if held.period == wanted and held.decided_by == facts.decided_by.strip():
            return held
        if held.period.overlaps(wanted):
            raise Refusal(
                "The mentor is appointed from %(first)s to %(last)s already; end that appointment first, or choose "
                "other days.",
                {"first": held.appointed_from, "last": held.appointed_until or "…"},
                about="first",
            )
    row = MentorAppointment(
        mentor=mentor,
        institution_id=mentor.institution_id,
        appointed_from=wanted.first,
        appointed_until=wanted.last,
        decided_by=facts.decided_by.strip(),
    )
    session.add(row)
    session.flush()
    _tell_appointment(session, actor, row, Act.MENTOR_APPOINTED, at)
    return row


def end_appointment(
    session: orm.Session, actor: Actor, appointment: MentorAppointment, last: dt.date, *, at: dt.datetime
) -> None:
    """Let an appointment end on this day; the same day again changes nothing.

    Raises ``NotAllowed``, and ``Refusal`` for a day before it began.
    """
    require(actor, Permission.KEEP_TRAINING, appointment.mentor.policy_subject())
    lock(session, appointment)
    ended = period(appointment.appointed_from, last)
    if appointment.appointed_until != ended.last:
        appointment.appointed_until = ended.last
        _tell_appointment(session, actor, appointment, Act.MENTOR_APPOINTMENT_ENDED, at)


def appointment_of(session: orm.Session, appointment_id: int) -> MentorAppointment:
    """The appointment; raises ``Absent``."""
    row = session.get(MentorAppointment, appointment_id)
    if row is None:
        raise Absent("There is no such appointment.")
    return row


def refuse_unappointed(mentor: Mentor, worked: TrainingPeriod, *, about: str) -> None:
    """Raise ``Refusal`` unless one appointment of the mentor covers every day."""
    if not mentor.is_appointed(worked):
        raise Refusal(
            "%(name)s is not appointed as a mentor on every day from %(first)s to %(last)s. Have the appointment "
            "recorded, or choose another mentor.",
            {"name": mentor.name, "first": worked.first, "last": worked.last or "…"},
            about=about,
        )


def _tell_appointment(session: orm.Session, actor: Actor, row: MentorAppointment, act: Act, at: dt.datetime) -> None:
    until = row.appointed_until.isoformat() if row.appointed_until else ""
    after = {"from": row.appointed_from.isoformat(), "until": until, "by": row.decided_by}
    tell(session, actor, row.mentor.subject, act, concerned=[row.institution_id], at=at, after=after)
