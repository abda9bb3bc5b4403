"""What has changed in the record since a degree was conferred on it? The degree stays; both offices are told."""

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.models import ConferredDegree
from dualdegree.conferral.concerned import touched
from dualdegree.conferral.degrees.notices import tell_changed
from dualdegree.conferral.ways import DegreeWay, ways
from dualdegree.core.audit.case.writing import plain
from dualdegree.core.changes import changes_of_record
from dualdegree.core.curricula.conferred import facts_of
from dualdegree.core.text import Message
from dualdegree.stakes import Changed


def since_conferred(way: DegreeWay) -> tuple[Message, ...]:
    """Everything on which the degree rested and that the registers tell otherwise by now, in sentences."""
    if way.conferred is None:
        return ()
    was = way.conferred.as_core()
    # The rules are there for the names of milestones; they are those by which the degree was conferred.
    rules = (way.side.curriculum.degree,)
    then, today = (replace(facts_of(case, was), degrees=rules) for case in (was.case, way.audit.question.dossier.today))
    return tuple(changes_of_record(plain(then), plain(today)))


def keep(session: orm.Session, change: Changed) -> None:
    """Tell both offices, once, of each change after which a conferred degree rests on what the registers deny."""
    held = ConferredDegree
    query = sa.select(held.student_id).where(held.student_id.in_(touched(change))).distinct()
    students = session.scalars(query.order_by(held.student_id)).all()
    if not students:
        return
    for theirs in ways(session, students, change.at).values():
        for way in theirs:
            said = since_conferred(way)
            if said:
                tell_changed(session, change, way, said)
