"""Which certificates wait for an institution, and which expire when?"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.approval import State
from dualdegree.core.text import Message, Text
from dualdegree.training.certificates.models import CertificateDecision, LanguageCertificate

FILTERS: Mapping[str, tuple[Message, tuple[State, ...]]] = {
    "waiting": (Message("Waiting for confirmation"), (State.REQUESTED,)),
    "confirmed": (Message("Confirmed"), (State.ENTERED,)),
    "all": (Message("All"), (State.REQUESTED, State.ENTERED, State.REFUSED, State.WITHDRAWN)),
}
"""What a registrar may look at, each under the word of an address."""
EXPIRING = "expiring"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """A confirmed certificate that ends on a day: whose it is, and what it counts towards, by the milestones' ids."""

    student: int
    name: Text
    decision: int
    language: str
    level: str
    milestones: tuple[str, ...]
    expires_on: dt.date


def at_institution(institution: str, states: Sequence[State]) -> sa.Select[CertificateDecision]:
    """The certificates in these states, those that have waited longest first."""
    row = CertificateDecision
    return (
        sa.select(row)
        .join(row.certificate)
        .where(row.institution_id == institution, row.state.in_([state.value for state in states]))
        .order_by(row.id)
        .options(orm.contains_eager(row.certificate).joinedload(LanguageCertificate.student))
    )


def ending(institution: str, until: dt.date) -> sa.Select[CertificateDecision]:
    """What is confirmed and ends by that day or has ended, soonest first."""
    expires = LanguageCertificate.expires_on
    return (
        at_institution(institution, [State.ENTERED])
        .where(expires.is_not(None), expires <= until)
        .order_by(None)
        .order_by(expires, CertificateDecision.id)
    )


def expiries(session: orm.Session, institution: str, until: dt.date) -> tuple[Expiry, ...]:
    """The ends of confirmed certificates up to that day, soonest first: what an office's deadlines are made of."""
    return tuple(
        Expiry(
            student=row.certificate.student_id,
            name=row.certificate.student.full_name,
            decision=row.id,
            language=row.certificate.language,
            level=row.certificate.level,
            milestones=tuple(row.milestones),
            expires_on=row.certificate.expires_on,
        )
        for row in session.scalars(ending(institution, until))
        if row.certificate.expires_on is not None
    )
