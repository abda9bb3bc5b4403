"""What is a student told when a decision binds them to another text?"""

import datetime as dt

from sqlalchemy import orm

from dualdegree.core.policy import Actor
from dualdegree.core.text import Message
from dualdegree.programmes.informing import News, inform
from dualdegree.records.models import Enrolment


def tell_moved(session: orm.Session, actor: Actor, enrolment: Enrolment, at: dt.datetime) -> None:
    """Tell the student and their advisor there that another version of the curriculum binds the student."""
    version = enrolment.curriculum_version
    news = News(
        about=enrolment.student.subject,
        act=f"moved:{enrolment.institution_id}:{enrolment.revision}",
        subject=Message("Another version of the curriculum applies"),
        body=Message(
            "Version %(version)s applies to the student with the number %(number)s from now on.",
            {"version": version.version if version else "–", "number": enrolment.number},
        ),
        link=f"/students/{enrolment.student_id}/progress",
    )
    people = [enrolment.student.person_id, enrolment.advisor_id]
    inform(session, actor, news, institution=enrolment.institution_id, at=at, people=people)
