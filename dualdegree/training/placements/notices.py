"""Who is told of what happened in a placement? Whoever has to know or to act next, and never who did it."""

import datetime as dt

from sqlalchemy import orm

from dualdegree.core.acts import SENTENCES, Act
from dualdegree.core.policy import Actor, Role
from dualdegree.core.text import Message
from dualdegree.programmes.informing import News, inform
from dualdegree.training.placements.models import Placement


def tell_concerned(
    session: orm.Session, actor: Actor, row: Placement, act: Act, at: dt.datetime, *, offices: bool = True
) -> None:
    """Tell the student, the mentors and both advisors, and with ``offices`` the registrars of each institution."""
    news = News(
        about=row.subject,
        act=f"{act.value}:{row.revision}",
        subject=Message("%(act)s: %(student)s", {"act": SENTENCES[act], "student": row.student.full_name}),
        body=Message(
            "The placement at %(enterprise)s from %(first)s to %(last)s: read what is new and what waits for you.",
            {"enterprise": row.enterprise.names, "first": row.starts_on, "last": row.ends_on},
        ),
        link=f"/placements/{row.id}",
    )
    for side in row.sides:
        enrolments = [entry for entry in row.student.enrolments if entry.institution_id == side.institution_id]
        people = [side.mentor.person_id, *(entry.advisor_id for entry in enrolments)]
        if side is row.sides[0]:
            people += [row.student.person_id, row.mentor.person_id]
        roles = (Role.REGISTRAR,) if offices else ()
        inform(session, actor, news, institution=side.institution_id, at=at, people=people, roles=roles)
