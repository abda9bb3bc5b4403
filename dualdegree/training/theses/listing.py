"""Which theses concern an institution or a supervisor, and which of them wait for whom?"""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.policy import Actor, Role
from dualdegree.core.text import Message
from dualdegree.core.training.progress import ThesisStage
from dualdegree.records.models import Enrolment
from dualdegree.training.theses.models import Thesis, ThesisSupervisor

FILTERS: Mapping[str, tuple[Message, tuple[ThesisStage, ...]]] = {
    "all": (Message("All"), tuple(ThesisStage)),
    "stages": (Message("In their stages"), (ThesisStage.GATES,)),
    "reviews": (Message("To be reviewed"), (ThesisStage.REVIEWS,)),
    "defence": (Message("To be defended"), (ThesisStage.DEFENCE,)),
    "corrections": (Message("To be corrected"), (ThesisStage.CORRECTIONS,)),
    "entry": (Message("To be entered"), (ThesisStage.ENTRY,)),
    "done": (Message("Finished"), (ThesisStage.COUNTED, ThesisStage.NOT_PASSED)),
}
"""What the list can be narrowed to, each under the word of an address."""
MINE = "mine"


def theses_for(actor: Actor, wanted: str) -> sa.Select[Thesis]:
    """The theses that the actor may list, by the student's name: their institution's, or those that they supervise."""
    registers = actor.institutions(Role.REGISTRAR)
    supervised = sa.select(ThesisSupervisor.thesis_id).where(ThesisSupervisor.person_id == actor.person_id)
    enrolled = sa.select(Enrolment.student_id).where(Enrolment.institution_id.in_(registers))
    query = (
        sa.select(Thesis)
        .where(Thesis.withdrawn_at.is_(None), sa.or_(Thesis.student_id.in_(enrolled), Thesis.id.in_(supervised)))
        .order_by(Thesis.id)
        .options(orm.joinedload(Thesis.student))
    )
    if wanted == MINE:
        return query.where(Thesis.id.in_(_waiting_for(actor)))
    stages = FILTERS.get(wanted, FILTERS["all"])[1]
    return query.where(Thesis.stage.in_([stage.value for stage in stages]))


def _waiting_for(actor: Actor) -> sa.Select[int]:
    """The ids of theses of which a stage waits for this very person's signature."""
    row = ThesisSupervisor
    return (
        sa.select(row.thesis_id)
        .join(Thesis, Thesis.id == row.thesis_id)
        .where(
            row.person_id == actor.person_id,
            Thesis.awaits.like(sa.literal("% ").concat(row.party).concat(" %")),
        )
    )
