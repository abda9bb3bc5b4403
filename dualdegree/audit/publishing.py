"""May a version of a curriculum be published, as far as students are concerned? Not while it orphans an exception."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.cases import dossiers
from dualdegree.audit.models import ExceptionRequest
from dualdegree.audit.proposals import Proposal, bound, of_curriculum
from dualdegree.core.approval import State
from dualdegree.core.policy import Actor
from dualdegree.core.refusal import Conflict
from dualdegree.core.text import Message
from dualdegree.programmes import publishing
from dualdegree.programmes.models import CurriculumVersion
from dualdegree.programmes.texts import curriculum_of
from dualdegree.records.models import Student


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """An exception that is entered and that the proposed rules have no place for, with the reason."""

    exception: ExceptionRequest
    student: Student
    why: Message


def orphans(session: orm.Session, proposal: Proposal) -> tuple[Orphan, ...]:
    """The entered exceptions of those bound to what would be replaced that would be lost, by student and exception."""
    held = sa.select(ExceptionRequest.student_id).where(ExceptionRequest.state == State.ENTERED)
    touched = set(bound(session, proposal)) & set(session.scalars(held))
    found = []
    for dossier in dossiers(session, touched).values():
        lost_before = {row.id for row, _ in dossier.unfit}
        found += [
            Orphan(exception=row, student=dossier.student, why=why)
            for row, why in proposal.of(dossier).unfit
            if row.id not in lost_before
        ]
    return tuple(found)


def publish(session: orm.Session, actor: Actor, version: CurriculumVersion, *, digest: str, at: dt.datetime) -> None:
    """Publish the version, unless it would orphan an exception; see ``programmes.publishing.publish``.

    Raises ``Conflict`` naming the first exception and the remedy.
    """
    lost = orphans(session, of_curriculum(session, curriculum_of(version)))
    if lost:
        raise Conflict(
            "It would orphan %(number)s exceptions, first that of %(student)s (%(why)s). Keep what they name in the "
            "text, or lift them first.",
            {"number": str(len(lost)), "student": lost[0].student.full_name, "why": lost[0].why},
        )
    publishing.publish(session, actor, version, digest=digest, at=at)
