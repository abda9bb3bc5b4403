"""Does an issued document still say what the record says? When an act changes that, the fact is kept for good.

The document stays genuine and in force until somebody decides otherwise: this only keeps what changed, when, and by
whose act, in the transaction of the act. Nothing here is ever edited or deleted.
"""

import json
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.conferral.concerned import touched
from dualdegree.conferral.models import DocumentChange, IssuedDocument, SignOff
from dualdegree.conferral.service import ConferralState, states
from dualdegree.core.acts import Act
from dualdegree.core.changes import changes
from dualdegree.core.text import Message
from dualdegree.core.transcript import DocumentKind
from dualdegree.messages.wording import kept
from dualdegree.programmes.models import Institution
from dualdegree.stakes import Changed

AT_ONCE = 50
"""How many students' states are held at a time."""
GONE = ""
"""The digest of a student for whom there is no state any more."""


def keep(session: orm.Session, change: Changed) -> None:
    """A fact for each document in force whose record is another one after the act than it was before.

    The same state again is no change: a repeat of an act adds nothing.
    """
    row = IssuedDocument
    official = (row.kind == DocumentKind.OFFICIAL, row.revoked_at.is_(None))
    query = sa.select(row).where(*official, row.student_id.in_(touched(change))).order_by(row.id)
    documents = session.scalars(query).all()
    if change.act is Act.SIGN_OFF_WITHDRAWN:
        _keep_withdrawal(session, change, documents)
        return
    students = sorted({issued.student_id for issued in documents})
    for start in range(0, len(students), AT_ONCE):
        some = students[start : start + AT_ONCE]
        theirs = [issued for issued in documents if some[0] <= issued.student_id <= some[-1]]
        _keep(session, change, theirs, states(session, some, change.at))


def _keep(
    session: orm.Session,
    change: Changed,
    documents: Sequence[IssuedDocument],
    today: Mapping[int, ConferralState],
) -> None:
    known = _last_digests(session, documents)
    for issued in documents:
        state = today.get(issued.student_id)
        digest = state.digest if state else GONE
        if digest != known.get(issued.id, issued.state_digest):
            what = _since_issue(session, issued, state) if state else ()
            session.add(_fact(issued, change, digest, what))
    session.flush()


def _keep_withdrawal(session: orm.Session, change: Changed, documents: Sequence[IssuedDocument]) -> None:
    """A sign-off was taken back though the record is the same: the state that it was for stays the last one known."""
    known = _last_digests(session, documents)
    where = session.get_one(Institution, change.institutions[0]).names
    what = (Message("%(institution)s has withdrawn its sign-off.", {"institution": where}),)
    session.add_all([_fact(issued, change, known.get(issued.id, issued.state_digest), what) for issued in documents])
    session.flush()


def _fact(issued: IssuedDocument, change: Changed, digest: str, what: Sequence[Message]) -> DocumentChange:
    return DocumentChange(
        document_id=issued.id,
        institution_id=change.institutions[0],
        at=change.at,
        act=change.act.value,
        actor=change.actor.reference,
        digest=digest,
        changes=[kept(message) for message in what],
    )


def _since_issue(session: orm.Session, issued: IssuedDocument, state: ConferralState) -> tuple[Message, ...]:
    """Sign-offs are never deleted, so that the state that was issued is the one that was signed."""
    signed = sa.select(SignOff.state).where(
        SignOff.student_id == issued.student_id, SignOff.digest == issued.state_digest
    )
    before = session.scalar(signed.order_by(SignOff.id).limit(1))
    return changes(json.loads(before), json.loads(state.text)) if before else ()


def _last_digests(session: orm.Session, documents: Sequence[IssuedDocument]) -> Mapping[int, str]:
    row = DocumentChange
    query = sa.select(row.document_id, row.digest).where(row.document_id.in_([issued.id for issued in documents]))
    return {document: digest for document, digest in session.execute(query.order_by(row.id))}  # noqa: C416 - a row is no tuple
