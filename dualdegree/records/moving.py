"""How does a student come to another version of the curriculum? Only by a recorded act of the own registrar."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.core.acts import Act
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.terms import in_words as term_in_words
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.programmes.models import CurriculumVersion
from dualdegree.programmes.service import published
from dualdegree.records.models import Enrolment
from dualdegree.records.notices import tell_moved
from dualdegree.stakes import Changed


class MinuteMissing(Refusal):
    """Only a decision of a body can move the student there, and its minute number is not given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurriculumMove:
    """What is to be done: to which version, why, by which minute (or ""), and what the registrar had read.

    ``revision`` is the enrolment's when its page was opened; ``confirmed`` is the digest of what was at stake when
    somebody said yes to it: see ``stakes``.
    """

    version: CurriculumVersion
    reason: str
    minute: str
    revision: int
    confirmed: str = ""


def open_to(session: orm.Session, enrolment: Enrolment) -> Sequence[CurriculumVersion]:
    """The published versions to which the student could be moved, latest admission first."""
    every = published(session, enrolment.institution_id, enrolment.student.programme_id)
    return [version for version in every if version.id != enrolment.curriculum_version_id]


def takes(version: CurriculumVersion, enrolment: Enrolment) -> bool:
    """Whether the version is meant for this admission: its term and its route."""
    return version.admission.takes(enrolment.admission_term, enrolment.route)


def move(session: orm.Session, actor: Actor, enrolment: Enrolment, to: CurriculumMove, at: dt.datetime) -> None:
    """Bind the student's side at this institution to another published version, and tell both institutions.

    A version that does not take the student's admission needs the minute number of the decision. Raises
    ``NotAllowed``; ``Refusal`` without a reason or for a version that is not open, ``MinuteMissing``,
    ``DocumentInForce`` while the student holds one, ``Unconfirmed`` unless what is at stake was confirmed, ``Conflict``
    when the enrolment has changed since it was read.
    """
    require(actor, Permission.MOVE_STUDENT, of_institutions(enrolment.institution_id))
    lock(session, enrolment)
    if enrolment.revision != to.revision:
        raise Conflict("The record has changed since you opened it; look at the effect again.")
    if to.version not in open_to(session, enrolment):
        raise Refusal("The student can only be moved to another published version of this institution's curriculum.")
    reason, minute = to.reason.strip(), to.minute.strip()
    if not reason:
        raise Refusal("Say why the student is moved; the history keeps the reason.")
    if not minute and not takes(to.version, enrolment):
        raise MinuteMissing(
            "Version %(version)s does not take admissions of %(term)s by this route. Only a decision can move the "
            "student there: give its minute number.",
            {"version": to.version.version, "term": term_in_words(enrolment.admission_term)},
        )
    stakes.confirmed(session, [enrolment.student_id], to.confirmed)
    before = enrolment.curriculum_version.version if enrolment.curriculum_version else ""
    enrolment.curriculum_version = to.version
    enrolment.revision += 1
    tell(
        session, actor, enrolment.student.subject, Act.CURRICULUM_OF_A_STUDENT_CHANGED,
        concerned=[side.institution_id for side in enrolment.student.enrolments], at=at, reason=reason,
        before={"institution": enrolment.institution_id, "version": before},
        after={"institution": enrolment.institution_id, "version": to.version.version, "minute": minute},
    )  # fmt: skip
    tell_moved(session, actor, enrolment, at)
    stakes.changed(
        session,
        Changed(
            act=Act.CURRICULUM_OF_A_STUDENT_CHANGED,
            actor=actor,
            at=at,
            institutions=(enrolment.institution_id,),
            students=frozenset({enrolment.student_id}),
        ),
    )
