"""How does a text of both institutions come into force? By a registrar of each approving the same digest."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.accounts.models import Person
from dualdegree.core.acts import Act
from dualdegree.core.approval import BY_BOTH, State, Step, after
from dualdegree.core.policy import Actor
from dualdegree.core.refusal import Conflict, NeedsAnother, Refusal
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.programmes.models import AgreementVersion, Approval, OfBoth
from dualdegree.programmes.notices import tell_in_force
from dualdegree.stakes import Changed

Document = TypeVar("Document", bound=OfBoth)


def versions_of(session: orm.Session, kind: type[Document], institution_id: str) -> Sequence[Document]:
    """Every version of this kind of text that the institution is a party of, newest first in each programme."""
    party = sa.or_(kind.institution_id == institution_id, kind.partner_id == institution_id)
    return session.scalars(sa.select(kind).where(party).order_by(kind.programme_id, kind.id.desc())).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Yes:
    """One institution's approval of the text as it stands: who gave it, and when."""

    institution: str
    person: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalStanding:
    """How far a text of both has come: its state, who approved it, whom it waits for."""

    state: State
    approvals: tuple[Yes, ...]
    awaits: tuple[str, ...]


def in_force(session: orm.Session, kind: type[Document], programme_id: str) -> Document | None:
    """The version of this kind of text that is applied in the programme: the last that came into force."""
    query = sa.select(kind).where(kind.programme_id == programme_id, kind.in_force_from.is_not(None))
    return session.scalars(query.order_by(kind.in_force_from.desc(), kind.id.desc()).limit(1)).first()


def standings(session: orm.Session, documents: Sequence[OfBoth]) -> Mapping[str, ApprovalStanding]:
    """How far each of these texts has come, by its subject, in one query."""
    given: dict[str, list[Yes]] = {document.subject: [] for document in documents}
    digests = {document.subject: document.digest for document in documents}
    query = (
        sa.select(Approval.subject, Approval.digest, Approval.institution_id, Person.name, Approval.approved_at)
        .join(Person, Person.id == Approval.person_id)
        .where(Approval.subject.in_(list(given)))
        .order_by(Approval.approved_at, Approval.id)
    )
    for subject, digest, where, person, at in session.execute(query):
        if digest == digests[subject]:
            given[subject].append(Yes(institution=where, person=person, at=at))
    last = _last_in_force(documents)
    return {document.subject: _standing(document, given[document.subject], last) for document in documents}


def _last_in_force(documents: Sequence[OfBoth]) -> set[str]:
    """Among versions of the same programmes, the subjects of those that no later one has replaced."""
    began = sorted(
        (document for document in documents if document.in_force_from),
        key=lambda document: (document.in_force_from, document.id),
    )
    return set({(document.KIND, document.programme_id): document.subject for document in began}.values())


def _standing(document: OfBoth, approvals: Sequence[Yes], last: set[str]) -> ApprovalStanding:
    if document.in_force_from is not None:
        state = State.IN_FORCE if document.subject in last else State.REPLACED
    else:
        state = State.AWAITING_PARTNER if approvals else State.DRAFT
    missing = set(document.parties) - {approval.institution for approval in approvals}
    return ApprovalStanding(state=state, approvals=tuple(approvals), awaits=tuple(sorted(missing)))


def approve(
    session: orm.Session, actor: Actor, document: OfBoth, *, institution_id: str, at: dt.datetime, digest: str
) -> State:
    """Approve, for one party, the text with this digest; in force once both parties have. A repeat changes nothing.

    Raises ``Conflict`` when the text is another by now, ``Refusal`` when it is not for this person to approve.
    The caller has asked the policy.
    """
    lock(session, document)
    if document.digest != digest:
        raise Conflict("The text has changed since you opened it; read it again before you approve it.")
    before = standings(session, [document])[document.subject]
    if institution_id not in before.awaits:
        return before.state
    state = after(BY_BOTH, before.state, Step.APPROVE)
    _refuse_same_person(session, actor, document)
    session.add(
        Approval(
            subject=document.subject,
            institution_id=institution_id,
            digest=digest,
            person_id=actor.person_id,
            approved_at=at,
        )
    )
    document.revision += 1
    if state is State.IN_FORCE:
        document.in_force_from = at
    facts = {"version": document.version, "digest": digest, "state": state, "by": institution_id}
    tell(
        session,
        actor,
        document.subject,
        Act(f"{document.KIND} approved"),
        concerned=document.parties,
        at=at,
        after=facts,
    )
    if state is State.IN_FORCE:
        tell_in_force(session, actor, document, by=institution_id, at=at)
    if state is State.IN_FORCE and isinstance(document, AgreementVersion):
        # Whoever has equivalences keeps them; an agreement binds everybody from now on.
        where = document.parties
        stakes.changed(session, Changed(act=Act.AGREEMENT_APPROVED, actor=actor, at=at, institutions=where))
    return state


def _refuse_same_person(session: orm.Session, actor: Actor, document: OfBoth) -> None:
    if not actor.person_id:
        raise Refusal("An approval bears a person's name; sign in as a registrar to give it.")
    query = sa.select(Approval.person_id).where(Approval.subject == document.subject)
    if actor.person_id in session.scalars(query.where(Approval.digest == document.digest)).all():
        raise NeedsAnother("You approved it for the other institution; another person must approve it for this one.")
