"""What do the registrars of both institutions read of a move, at each of its steps?"""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import orm

from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Role
from dualdegree.core.text import Message
from dualdegree.programmes.informing import News, inform
from dualdegree.programmes.models import Institution
from dualdegree.recognition.moves.models import EquivalenceMove

AWAITS = Message("A move of students to other equivalences awaits the other institution's decision")
WORDS: Mapping[Act, tuple[Message, Message]] = {
    Act.MOVE_PROPOSED: (
        AWAITS,
        Message(
            "%(proposer)s proposes to move students to version %(version)s (%(number)s in all). Nothing changes before "
            "%(partner)s confirms it; its page says whose verdict, sign-off and document it touches."
        ),
    ),
    Act.MOVE_RENEWED: (
        AWAITS,
        Message(
            "What the move to version %(version)s would hit has changed, and %(proposer)s proposes it again "
            "(%(number)s students). %(partner)s decides."
        ),
    ),
    Act.MOVE_CONFIRMED: (
        Message("Students were moved to other equivalences"),
        Message("%(partner)s has confirmed it: version %(version)s binds the students (%(number)s in all)."),
    ),
    Act.MOVE_REFUSED: (
        Message("A move of students to other equivalences was refused"),
        Message("%(partner)s has refused the move to version %(version)s; its page says why. Nothing has changed."),
    ),
    Act.MOVE_WITHDRAWN: (
        Message("A move of students to other equivalences was withdrawn"),
        Message("%(proposer)s has taken the move to version %(version)s back. Nothing has changed."),
    ),
}
"""Each act in one line and in full."""


def tell_of_move(session: orm.Session, actor: Actor, move: EquivalenceMove, act: Act, at: dt.datetime) -> None:
    """Tell the registrars of both parties, in the name of the one that took the step."""
    subject, body = WORDS[act]
    by = move.partner_id if act in {Act.MOVE_CONFIRMED, Act.MOVE_REFUSED} else move.institution_id
    words = {
        "proposer": session.get_one(Institution, move.institution_id).names,
        "partner": session.get_one(Institution, move.partner_id).names,
        "version": move.version.version,
        "number": str(len(move.students)),
    }
    news = News(
        about=move.subject,
        act=f"{act}:{move.revision}",
        subject=subject,
        body=Message(body.id, words),
        link=f"/equivalences/moves/{move.id}",
    )
    for party in move.parties:
        inform(session, actor, news, institution=party, sender=by, at=at, roles=[Role.REGISTRAR])
