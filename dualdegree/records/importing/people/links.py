"""How are a student's two registers linked? One says who is whose student; a registrar there confirms or refuses.

Until then neither reads anything of the other's record. Both histories tell what was proposed, confirmed and refused.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.accounts.models import Person
from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Permission, Role, require
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.core.text import Message
from dualdegree.db import lock
from dualdegree.events import history
from dualdegree.history import tell
from dualdegree.programmes.informing import News, inform
from dualdegree.programmes.service import lock_imports
from dualdegree.records.importing.people.identity import born, elsewhere, personal_data_in
from dualdegree.records.importing.people.joining import join, person
from dualdegree.records.importing.people.names import same_latin
from dualdegree.records.importing.planning import chunks
from dualdegree.records.models import Enrolment, LinkProposal, Student
from dualdegree.records.searching import index

WAITING, CONFIRMED, REFUSED = "waiting", "confirmed", "refused"
PAGE = "/links"


class ReasonMissing(Refusal):
    """A link is refused only with a reason."""


def proposal_of(session: orm.Session, proposal_id: int) -> LinkProposal:
    """The proposed link; raises ``Absent``."""
    proposal = session.get(LinkProposal, proposal_id)
    if proposal is None:
        raise Absent(Message("There is no such proposed link."))
    return proposal


def waiting_for(institution: str) -> sa.Select[LinkProposal]:
    """The links that the institution has to confirm or refuse, in the order of its own numbers."""
    return _open().where(LinkProposal.institution_id == institution)


def waiting_elsewhere(institution: str) -> sa.Select[LinkProposal]:
    """The links that the institution's own rosters propose and the partner has not confirmed, refused ones included."""
    naming, _ = NAMING, NAMED
    states = LinkProposal.state.in_((WAITING, REFUSED))
    return _proposed(states).where(naming.institution_id == institution)


NAMING, NAMED = orm.aliased(Enrolment), orm.aliased(Enrolment)
NUMBER, LIKENESS = "number", "likeness"
"""What a proposal rests on."""
HOLDS = sa.or_(LinkProposal.basis == LIKENESS, NAMING.partner_number == NAMED.number)
"""Of a proposal with both enrolments: one that was made by a number falls when the number is named no more."""


def _proposed(state: sa.ColumnElement[bool]) -> sa.Select[LinkProposal]:
    """Proposals that still hold: the first register still names the number of the second."""
    return (
        sa.select(LinkProposal)
        .join(NAMING, LinkProposal.enrolment.of_type(NAMING))
        .join(NAMED, LinkProposal.named.of_type(NAMED))
        .where(state, HOLDS, NAMING.student_id != NAMED.student_id)
        .order_by(NAMED.number, LinkProposal.id)
        .options(
            orm.contains_eager(LinkProposal.enrolment.of_type(NAMING)).joinedload(NAMING.student),
            orm.contains_eager(LinkProposal.named.of_type(NAMED)).joinedload(NAMED.student),
        )
    )


def _open() -> sa.Select[LinkProposal]:
    return _proposed(LinkProposal.state == WAITING)


def agree(proposal: LinkProposal) -> bool:
    """Whether both registers have one birth date and one name in Latin letters."""
    first, second = personal_data_in(proposal.enrolment), personal_data_in(proposal.named)
    return first["birth_date"] == second["birth_date"] and same_latin(first, second)


def propose(
    session: orm.Session, actor: Actor, institution: str, numbers: Sequence[str], *, subject: str, at: dt.datetime
) -> None:
    """Propose every link that these students' numbers make possible; who must confirm is told once for each file."""
    proposals = list(_new(session, institution, numbers, at))
    session.add_all(proposals)
    session.flush()
    by_office: dict[str, list[LinkProposal]] = {}
    for proposal in proposals:
        by_office.setdefault(proposal.institution_id, []).append(proposal)
    for office, waiting in sorted(by_office.items()):
        naming = {proposal.enrolment.institution_id for proposal in waiting}
        pairs = {proposal.enrolment.number: {"linked with": proposal.named.number} for proposal in waiting}
        tell(session, actor, subject, Act.LINKS_PROPOSED, concerned={office, *naming}, at=at, after=pairs)
        _ask(session, actor, office, min(naming), subject=subject, count=len(waiting), at=at)


def _new(session: orm.Session, institution: str, numbers: Sequence[str], at: dt.datetime) -> Iterator[LinkProposal]:
    first, second = orm.aliased(Student), orm.aliased(Student)
    touched = ((NAMING, NAMED), (NAMED, NAMING))
    for own, _partner in touched:
        for some in chunks(sorted(numbers)):
            query = (
                sa.select(NAMING, NAMED)
                .join(NAMED, NAMING.partner_number == NAMED.number)
                .join(first, first.id == NAMING.student_id)
                .join(second, second.id == NAMED.student_id)
                .outerjoin(
                    LinkProposal,
                    sa.and_(LinkProposal.enrolment_id == NAMING.id, LinkProposal.named_id == NAMED.id),
                )
                .where(
                    own.institution_id == institution,
                    own.number.in_(some),
                    NAMING.institution_id != NAMED.institution_id,
                    NAMING.student_id != NAMED.student_id,
                    first.programme_id == second.programme_id,
                    LinkProposal.id.is_(None),
                )
                .order_by(NAMING.id)
            )
            for naming, named in session.execute(query):
                yield LinkProposal(
                    institution_id=named.institution_id, enrolment=naming, named=named, state=WAITING, proposed_at=at
                )


def _ask(
    session: orm.Session, actor: Actor, office: str, naming: str, *, subject: str, count: int, at: dt.datetime
) -> None:
    news = News(
        about=subject,
        act=f"links proposed:{office}",
        subject=Message("Links between the two registers wait for you"),
        body=Message(
            "The partner's register names numbers of yours: %(count)s. Confirm or refuse each; until then neither "
            "university sees anything of the other's record.",
            {"count": str(count)},
        ),
        link=PAGE,
    )
    inform(session, actor, news, institution=office, sender=naming, at=at, roles=[Role.REGISTRAR])


def confirm_link(session: orm.Session, actor: Actor, proposal: LinkProposal, at: dt.datetime) -> Student:
    """Make one student of the two, and tell both institutions.

    Raises ``NotAllowed``; ``Conflict`` when it was decided, or the number is not named any more, or either is linked
    with somebody else; ``Refusal`` while the registers have different birth dates.
    """
    naming, named = _begun(session, actor, proposal, (WAITING, REFUSED))
    if born(naming) != born(named):
        raise Refusal(
            "%(ours)s and %(theirs)s have different birth dates. Two registers with different birth dates are not "
            "linked: one of them corrects its roster first.",
            {"ours": named.number, "theirs": naming.number},
        )
    before, ids = person(named.student), (named.student_id, naming.student_id)
    accounts = [account for account in (named.student.person_id, naming.student.person_id) if account is not None]
    joined = _joined(session, f"student:{max(ids)}")
    student = join(session, named.student, naming.student)
    index(session, ids)
    _decide(proposal, CONFIRMED, actor, at)
    after = person(student)
    changed = {name: was for name, was in before.items() if was != after[name]}
    _record(
        session, actor, proposal, Act.LINK_CONFIRMED, at, subject=student.subject,
        before=changed | {"joined": joined}, after={name: after[name] for name in changed},
    )  # fmt: skip
    body = Message(
        "The partner has confirmed that %(ours)s and %(theirs)s are one student. The record is open to both now.",
        {"ours": naming.number, "theirs": named.number},
    )
    subject, link = Message("A link is confirmed"), f"/students/{student.id}"
    _answer(session, actor, proposal, subject=subject, body=body, link=link, at=at)
    if len(accounts) > 1:
        _tell_of_accounts(session, actor, student, accounts, at)
    return student


def _tell_of_accounts(
    session: orm.Session, actor: Actor, student: Student, accounts: Sequence[int], at: dt.datetime
) -> None:
    """Tell both offices with which of two accounts the student signs in from now on."""
    held = sa.select(Person.id, Person.email).where(Person.id.in_(accounts))
    addresses = {row.id: row.email for row in session.execute(held)}
    other = next(account for account in accounts if account != student.person_id)
    news = News(
        about=student.subject,
        act=f"two accounts:{at.isoformat()}",
        subject=Message("A student had two accounts"),
        body=Message(
            "Both records are one student's now, who signs in as %(kept)s. The account %(other)s does not open the "
            "record any more; tell the student.",
            {"kept": addresses[student.person_id or 0], "other": addresses[other]},
        ),
        link=f"/students/{student.id}",
    )
    for side in student.enrolments:
        inform(session, actor, news, institution=side.institution_id, at=at, roles=[Role.REGISTRAR])


def refuse_link(session: orm.Session, actor: Actor, proposal: LinkProposal, reason: str, at: dt.datetime) -> None:
    """Say that the two are not one student, or that it cannot be told. Raises as ``confirm_link`` does."""
    naming, named = _begun(session, actor, proposal, (WAITING,))
    if not reason.strip():
        raise ReasonMissing("Say why the link is refused; the partner reads it.")
    _decide(proposal, REFUSED, actor, at)
    proposal.reason = reason.strip()
    subject = named.student.subject
    _record(session, actor, proposal, Act.LINK_REFUSED, at, subject=subject, before={}, after={}, reason=reason.strip())
    body = Message(
        "The partner has refused to link %(ours)s with %(theirs)s. Its reason: %(reason)s",
        {"ours": naming.number, "theirs": named.number, "reason": reason.strip()},
    )
    _answer(session, actor, proposal, subject=Message("A link is refused"), body=body, link=PAGE, at=at)


def confirm_alike(session: orm.Session, actor: Actor, institution: str, at: dt.datetime) -> int:
    """Confirm every waiting link on which name and birth date agree; how many that were. Raises ``NotAllowed``."""
    alike = [proposal for proposal in session.scalars(waiting_for(institution)).all() if agree(proposal)]
    confirmed = 0
    for proposal in alike:
        # Two partners' numbers may name one student: the first that is confirmed settles the others.
        if elsewhere(proposal.named) is None and elsewhere(proposal.enrolment) is None:
            confirm_link(session, actor, proposal, at)
            confirmed += 1
    return confirmed


def _joined(session: orm.Session, gone: str) -> list[str]:
    """The record that goes, with those that were joined with it before: the history goes on naming each of them."""
    earlier = [event for event in history(session, gone) if event.act == Act.LINK_CONFIRMED]
    return [gone, *(subject for event in earlier for subject in json.loads(event.before).get("joined", ()))]


def _begun(
    session: orm.Session, actor: Actor, proposal: LinkProposal, states: tuple[str, ...]
) -> tuple[Enrolment, Enrolment]:
    require(actor, Permission.IMPORT_FILES, proposal.policy_subject())
    lock_imports(session)
    lock(session, proposal)
    for side in (proposal.enrolment, proposal.named):
        session.refresh(side)
    naming, named = proposal.enrolment, proposal.named
    if proposal.state not in states:
        raise Conflict("This link was confirmed or refused before; nothing more was done.")
    if proposal.basis == NUMBER and naming.partner_number != named.number:
        raise Conflict("The partner's register does not name this number any more.")
    if naming.student is named.student or elsewhere(naming) or elsewhere(named):
        raise Conflict("One of the two is linked already; nothing was done.")
    return naming, named


def _decide(proposal: LinkProposal, state: str, actor: Actor, at: dt.datetime) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, actor.person_id or None, at


def _record(
    session: orm.Session,
    actor: Actor,
    proposal: LinkProposal,
    act: Act,
    at: dt.datetime,
    *,
    subject: str,
    before: Mapping[str, object],
    after: Mapping[str, str],
    reason: str = "",
) -> None:
    naming, named = proposal.enrolment, proposal.named
    tell(
        session, actor, subject, act, at=at, reason=reason,
        concerned=(naming.institution_id, named.institution_id),
        before=before,
        after={naming.number: {"linked with": named.number}} | dict(after),
    )  # fmt: skip


def _answer(
    session: orm.Session,
    actor: Actor,
    proposal: LinkProposal,
    *,
    subject: Message,
    body: Message,
    link: str,
    at: dt.datetime,
) -> None:
    # The moment stands in the act: a link that was refused may be confirmed later.
    news = News(
        about=f"link:{proposal.id}", act=f"{proposal.state}:{at.isoformat()}", subject=subject, body=body, link=link
    )
    where = proposal.enrolment.institution_id
    inform(session, actor, news, institution=where, sender=proposal.institution_id, at=at, roles=[Role.REGISTRAR])
