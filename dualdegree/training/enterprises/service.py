"""Which enterprises and agreements on training does an institution keep, and how are they changed?"""

import datetime as dt
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.core.text import Text
from dualdegree.core.training.periods import TrainingPeriod, period
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.training.enterprises.models import Enterprise, TrainingAgreement

CHANGED = "Somebody has changed it since you opened the page; read it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseFacts:
    """What an office writes down of an enterprise; ``names`` in at least one language."""

    names: Text
    country: str
    identifier: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFacts:
    """What an office writes down of an agreement on training; ``partner`` and ``student`` where they have signed it."""

    reference: str
    signed_on: dt.date
    valid_from: dt.date
    valid_until: dt.date | None
    areas: tuple[str, ...]
    partner: str | None = None
    student: int | None = None


def enterprises_of(institutions: Collection[str]) -> sa.Select[Enterprise]:
    """The enterprises that these institutions keep, by country and identifier."""
    kept = sa.select(Enterprise).where(Enterprise.institution_id.in_(institutions))
    return kept.order_by(Enterprise.country, Enterprise.identifier).options(orm.selectinload(Enterprise.agreements))


def enterprise_of(session: orm.Session, enterprise_id: int) -> Enterprise:
    """The enterprise; raises ``Absent``."""
    enterprise = session.get(Enterprise, enterprise_id)
    if enterprise is None:
        raise Absent("There is no such enterprise.")
    return enterprise


def agreement_of(session: orm.Session, agreement_id: int) -> TrainingAgreement:
    """The agreement on training; raises ``Absent``."""
    agreement = session.get(TrainingAgreement, agreement_id)
    if agreement is None:
        raise Absent("There is no such agreement on training.")
    return agreement


def save_enterprise(
    session: orm.Session,
    actor: Actor,
    institution: str,
    facts: EnterpriseFacts,
    *,
    at: dt.datetime,
    enterprise: Enterprise | None = None,
    seen: int | None = None,
) -> Enterprise:
    """Add an enterprise to the institution's list, or change one; the same again changes nothing.

    Raises ``NotAllowed``; ``Refusal`` without a name or identifier, ``Conflict`` where the identifier is on a list
    already or the enterprise has changed since revision ``seen``.
    """
    require(actor, Permission.KEEP_TRAINING, of_institutions(institution))
    facts = _sound(facts)
    row = enterprise or Enterprise(institution_id=institution, names={}, country="", identifier="", place="")
    before = _enterprise_in_history(row) if enterprise else None
    if enterprise is not None:
        _lock(session, enterprise, seen)
    _refuse_known(session, facts, row.id)
    row.names, row.country = dict(facts.names), facts.country
    row.identifier, row.place = facts.identifier, facts.place
    after = _enterprise_in_history(row)
    if before == after:
        return row
    row.revision = (row.revision or 0) + 1
    session.add(row)
    session.flush()
    tell(session, actor, row.subject, Act.ENTERPRISE_SAVED, concerned=[institution], at=at, before=before, after=after)
    return row


def _sound(facts: EnterpriseFacts) -> EnterpriseFacts:
    names = {language: name.strip() for language, name in facts.names.items() if name.strip()}
    identifier = "".join(unicodedata.normalize("NFKC", facts.identifier).upper().split())
    if not names:
        raise Refusal("Give the enterprise's name in at least one language.", about="name_en")
    if not identifier:
        raise Refusal("Give the number by which its country's register knows the enterprise.", about="identifier")
    return EnterpriseFacts(names=names, country=facts.country, identifier=identifier, place=facts.place.strip())


def _refuse_known(session: orm.Session, facts: EnterpriseFacts, but: int | None) -> None:
    query = sa.select(Enterprise).where(Enterprise.country == facts.country, Enterprise.identifier == facts.identifier)
    known = session.scalars(query).one_or_none()
    if known is not None and known.id != but:
        raise Conflict(
            "The enterprise with the identifier %(identifier)s is on the list already, as %(name)s. Open that one.",
            {"identifier": facts.identifier, "name": known.names},
            about="identifier",
        )


def _enterprise_in_history(row: Enterprise) -> dict[str, str]:
    names = {f"title {language}": name for language, name in sorted(row.names.items())}
    return {**names, "country": row.country, "identifier": row.identifier, "place": row.place}


def save_agreement(
    session: orm.Session,
    actor: Actor,
    institution: str,
    enterprise: Enterprise,
    facts: AgreementFacts,
    *,
    at: dt.datetime,
    agreement: TrainingAgreement | None = None,
    seen: int | None = None,
) -> TrainingAgreement:
    """Write down an agreement that was signed, or change one; the same again changes nothing.

    Raises ``NotAllowed``; ``Refusal`` without a reference or an area, or for a period that ends before it begins;
    ``Conflict`` where the reference is taken or the agreement has changed since revision ``seen``.
    """
    require(actor, Permission.KEEP_TRAINING, of_institutions(institution))
    _refuse_unsound(facts)
    row = agreement or TrainingAgreement(institution_id=institution, enterprise_id=enterprise.id)
    before = _agreement_in_history(row) if agreement else None
    if agreement is not None:
        _lock(session, agreement, seen)
    _refuse_taken(session, institution, facts.reference.strip(), row.id)
    row.reference, row.signed_on = facts.reference.strip(), facts.signed_on
    row.valid_from, row.valid_until = facts.valid_from, facts.valid_until
    row.areas = [area.strip() for area in facts.areas if area.strip()]
    row.partner_id, row.student_id = facts.partner, facts.student
    after = _agreement_in_history(row)
    if before == after:
        return row
    row.revision = (row.revision or 0) + 1
    session.add(row)
    session.flush()
    concerned = [side for side in (institution, row.partner_id) if side]
    tell(session, actor, row.subject, Act.CONVENIO_SAVED, concerned=concerned, at=at, before=before, after=after)
    return row


def _refuse_unsound(facts: AgreementFacts) -> None:
    if not facts.reference.strip():
        raise Refusal("Give the number or title under which the agreement was signed.", about="reference")
    if not any(area.strip() for area in facts.areas):
        raise Refusal("Name at least one area in which students train, each on a line of its own.", about="areas")
    period(facts.valid_from, facts.valid_until, about="valid_until")


def _refuse_taken(session: orm.Session, institution: str, reference: str, but: int | None) -> None:
    table = TrainingAgreement
    query = sa.select(table.id).where(table.institution_id == institution, table.reference == reference)
    if session.scalar(query) not in (None, but):
        raise Conflict(
            "Another agreement is kept under the reference %(reference)s already.",
            {"reference": reference},
            about="reference",
        )


def _agreement_in_history(row: TrainingAgreement) -> dict[str, str]:
    until = row.valid_until.isoformat() if row.valid_until else ""
    parties = {"partner": row.partner_id or "", "student": str(row.student_id or "")}
    areas = "; ".join(row.areas)
    return {"reference": row.reference, "from": row.valid_from.isoformat(), "until": until, "areas": areas, **parties}


def covering(session: orm.Session, enterprise: int, institutions: Collection[str]) -> Sequence[TrainingAgreement]:
    """The agreements on training at the enterprise that bind one of these institutions, the oldest first."""
    table = TrainingAgreement
    binds = sa.or_(table.institution_id.in_(institutions), table.partner_id.in_(institutions))
    query = sa.select(table).where(table.enterprise_id == enterprise, binds)
    return session.scalars(query.order_by(table.valid_from, table.id)).all()


def refuse_uncovered(agreement: TrainingAgreement, worked: TrainingPeriod, student: int) -> None:
    """Raise ``Refusal`` unless the agreement is in force on every day, and for this student."""
    if agreement.student_id not in (None, student):
        raise Refusal("This agreement was signed for another student; choose another one.", about="agreement")
    if not agreement.period.covers(worked):
        raise Refusal(
            "The agreement %(reference)s holds from %(first)s to %(last)s, which does not cover the placement. Have it "
            "extended, choose another agreement, or other days.",
            {"reference": agreement.reference, "first": agreement.valid_from, "last": agreement.valid_until or "…"},
            about="agreement",
        )


def _lock(session: orm.Session, row: Enterprise | TrainingAgreement, seen: int | None) -> None:
    lock(session, row)
    if seen is not None and row.revision != seen:
        raise Conflict(CHANGED)
