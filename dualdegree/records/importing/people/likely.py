"""Which students of two registers may be one person though neither names the other? Suggested with the evidence.

An office reads of the partner's student nothing but what agrees with its own and what does not. It proposes the link,
and the partner confirms it as any other, or it says that they are not one person, which is remembered.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.identity.persons import PersonEvidence, RegisteredPerson, Trait, evidence
from dualdegree.core.policy import Actor, Permission, Role, Subject, of_institutions, require
from dualdegree.core.refusal import Absent, Conflict
from dualdegree.core.text import Message
from dualdegree.history import tell
from dualdegree.programmes.informing import News, inform
from dualdegree.programmes.service import lock_imports
from dualdegree.records.importing.people.identity import personal_data_in
from dualdegree.records.importing.people.links import LIKENESS, NUMBER, PAGE, WAITING
from dualdegree.records.importing.people.names import other_names_in
from dualdegree.records.models import Enrolment, LinkProposal, Student

DISMISSED, UNDONE = "dismissed", "undone"
PUT_ASIDE = (DISMISSED, UNDONE)
"""What an office has said not to be one person: before anything was linked, and after."""
MOST = 200
"""How many suggestions are looked at for one page; as they are decided, others come."""
OWN, THEIRS, FIRST, SECOND = (
    orm.aliased(Enrolment, name="own"),
    orm.aliased(Enrolment, name="theirs"),
    orm.aliased(Student, name="first"),
    orm.aliased(Student, name="second"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelyMatch:
    """An own student who may be one of the partner's, and what speaks for it and against."""

    own: Enrolment
    theirs: Enrolment
    evidence: PersonEvidence

    def policy_subject(self) -> Subject:
        """The business of the institution that looks at it."""
        return of_institutions(self.own.institution_id)


def likely_matches(session: orm.Session, institution: str) -> Sequence[LikelyMatch]:
    """What the institution should look at, in the order of its own numbers; in a fixed number of queries."""
    return tuple(_compared(session, _pairs(institution).limit(MOST)))


def match_of(session: orm.Session, own: Enrolment, theirs: Enrolment) -> LikelyMatch:
    """The suggestion that these two are one student's; raises ``Conflict`` where there is none (any more)."""
    wanted = _pairs(own.institution_id).where(OWN.id == own.id, THEIRS.id == theirs.id)
    known = next(_compared(session, wanted), None)
    if known is None:
        raise Conflict("One of the two has been linked or judged meanwhile; nothing was done.")
    return known


def _pairs(institution: str) -> sa.Select[Enrolment, Enrolment]:
    """Students of one programme, each enrolled at one institution alone, with one birth date or one document."""
    earlier, other = orm.aliased(LinkProposal), orm.aliased(Enrolment)
    judged = sa.exists().where(
        sa.or_(
            sa.and_(earlier.enrolment_id == OWN.id, earlier.named_id == THEIRS.id),
            # What the partner has put aside for itself does not bind this office.
            sa.and_(earlier.enrolment_id == THEIRS.id, earlier.named_id == OWN.id, earlier.state.not_in(PUT_ASIDE)),
        ),
        # A number that is named no more proposes nothing.
        sa.or_(
            earlier.state != WAITING,
            earlier.basis != NUMBER,
            sa.and_(earlier.enrolment_id == OWN.id, OWN.partner_number == THEIRS.number),
            sa.and_(earlier.enrolment_id == THEIRS.id, THEIRS.partner_number == OWN.number),
        ),
    )
    linked = sa.exists().where(other.student_id.in_((FIRST.id, SECOND.id)), other.id.not_in((OWN.id, THEIRS.id)))
    alike = _alike(institution)
    return (
        sa.select(OWN, THEIRS)
        .join(alike, alike.c.own_id == OWN.id)
        .join(THEIRS, THEIRS.id == alike.c.their_id)
        .join(FIRST, FIRST.id == OWN.student_id)
        .join(SECOND, SECOND.id == THEIRS.student_id)
        .where(SECOND.programme_id == FIRST.programme_id, SECOND.id != FIRST.id, ~judged, ~linked)
        .order_by(OWN.number, THEIRS.number)
        .options(orm.joinedload(OWN.student), orm.joinedload(THEIRS.student))
    )


def _alike(institution: str) -> sa.Subquery:
    """Pairs of an own enrolment and another institution's; each half of the union is answered by an index."""
    own, theirs = orm.aliased(Enrolment), orm.aliased(Enrolment)
    first, second = orm.aliased(Student), orm.aliased(Student)
    pair = sa.select(own.id.label("own_id"), theirs.id.label("their_id")).where(
        own.institution_id == institution, theirs.institution_id != institution
    )
    by_day = (
        pair.join(first, first.id == own.student_id)
        .join(second, second.birth_date == first.birth_date)
        .join(theirs, theirs.student_id == second.id)
    )
    by_paper = pair.join(theirs, theirs.document_hash == own.document_hash)
    return sa.union(by_day, by_paper).subquery()


def _compared(session: orm.Session, pairs: sa.Select[Enrolment, Enrolment]) -> Iterator[LikelyMatch]:
    rows: Sequence[Any] = session.execute(pairs).unique().all()
    for own, theirs in rows:
        compared = evidence(_registered(own), _registered(theirs))
        if compared.is_likely:
            yield LikelyMatch(own=own, theirs=theirs, evidence=compared)


def _registered(enrolment: Enrolment) -> RegisteredPerson:
    data = personal_data_in(enrolment)
    return RegisteredPerson(
        family_name=data["family_name"],
        given_name=data["given_name"],
        han_name=data["han_name"],
        others=other_names_in(data),
        birth_date=data["birth_date"],
        nationality=data["nationality"],
        document=enrolment.document_hash,
    )


def propose_match(
    session: orm.Session, actor: Actor, own: Enrolment, theirs: Enrolment, at: dt.datetime
) -> LinkProposal:
    """Offer the partner what the own register says of the student, for it to confirm that both are one.

    Raises ``NotAllowed``, and ``Conflict`` when either has been linked or judged meanwhile.
    """
    proposal = _judged(session, actor, own, theirs, WAITING)
    where, office = own.institution_id, theirs.institution_id
    proposal.institution_id, proposal.proposed_at = office, at
    session.flush()
    facts = {own.number: {"agrees in": ", ".join((proposal.evidence or {})["agrees"])}}
    tell(session, actor, own.student.subject, Act.LINKS_PROPOSED, concerned=(where, office), at=at, after=facts)
    news = News(
        about=f"link:{proposal.id}",
        act=f"proposed:{at.isoformat()}",
        subject=Message("A link between the two registers waits for you"),
        body=Message(
            "The partner takes its student %(number)s for one of yours. Look at what agrees, and confirm or refuse it.",
            {"number": own.number},
        ),
        link=PAGE,
    )
    inform(session, actor, news, institution=office, sender=where, at=at, roles=[Role.REGISTRAR])
    return proposal


def dismiss_match(session: orm.Session, actor: Actor, own: Enrolment, theirs: Enrolment, at: dt.datetime) -> None:
    """Remember that they are not one person; the partner is told nothing. Raises as ``propose_match`` does."""
    proposal = _judged(session, actor, own, theirs, DISMISSED)
    proposal.proposed_at = proposal.decided_at = at
    proposal.decided_by = actor.person_id or None
    _tell_own(session, actor, own, Act.MATCH_DISMISSED, at)


def pair_of(session: orm.Session, own_id: int, their_id: int) -> tuple[Enrolment, Enrolment]:
    """Two enrolments at different institutions; raises ``Absent``."""
    own, theirs = session.get(Enrolment, own_id), session.get(Enrolment, their_id)
    if own is None or theirs is None or own.institution_id == theirs.institution_id:
        raise Absent(Message("There is no such likely match."))
    return own, theirs


def dismissed(institution: str) -> sa.Select[LinkProposal]:
    """What the institution has said not to be one person, latest first."""
    return (
        sa.select(LinkProposal)
        .join(OWN, OWN.id == LinkProposal.enrolment_id)
        .where(LinkProposal.state.in_(PUT_ASIDE), OWN.institution_id == institution)
        .order_by(LinkProposal.decided_at.desc(), LinkProposal.id)
        .options(orm.joinedload(LinkProposal.enrolment).joinedload(Enrolment.student))
    )


def reopen_match(session: orm.Session, actor: Actor, proposal: LinkProposal, at: dt.datetime) -> None:
    """Let it be suggested again. Raises ``Conflict`` when it is not put aside (any more), and ``NotAllowed``."""
    require(actor, Permission.IMPORT_FILES, of_institutions(proposal.enrolment.institution_id))
    lock_imports(session)
    session.refresh(proposal)
    if proposal.state not in PUT_ASIDE:
        raise Conflict("This match is not put aside any more; nothing was done.")
    _tell_own(session, actor, proposal.enrolment, Act.MATCH_REOPENED, at)
    session.delete(proposal)
    session.flush()


def _tell_own(session: orm.Session, actor: Actor, own: Enrolment, act: Act, at: dt.datetime) -> None:
    tell(session, actor, own.student.subject, act, concerned=(own.institution_id,), at=at)


def _judged(session: orm.Session, actor: Actor, own: Enrolment, theirs: Enrolment, state: str) -> LinkProposal:
    """The row that remembers what was said of the two; there is one for each direction."""
    require(actor, Permission.IMPORT_FILES, of_institutions(own.institution_id))
    lock_imports(session)
    session.expire_all()
    match = match_of(session, own, theirs)
    query = sa.select(LinkProposal).where(LinkProposal.enrolment_id == own.id, LinkProposal.named_id == theirs.id)
    proposal = session.scalars(query).first() or LinkProposal(enrolment=own, named=theirs)
    proposal.institution_id, proposal.state, proposal.basis = own.institution_id, state, LIKENESS
    proposal.evidence = {
        "agrees": [trait.value for trait in match.evidence.agrees],
        "differs": [trait.value for trait in match.evidence.differs],
    }
    proposal.proposed_by, proposal.reason = actor.person_id or None, ""
    proposal.decided_by, proposal.decided_at = None, None
    session.add(proposal)
    return proposal


def evidence_of(proposal: LinkProposal) -> PersonEvidence | None:
    """By what a person proposed it; None where a number did."""
    if proposal.evidence is None:
        return None
    kept = proposal.evidence
    return PersonEvidence(agrees=tuple(map(Trait, kept["agrees"])), differs=tuple(map(Trait, kept["differs"])))
