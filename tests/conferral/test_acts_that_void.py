"""Every act after which a signed state may be another says so itself: a job looks, and the act is named."""

import pytest
import sqlalchemy as sa

from dualdegree import stakes
from dualdegree.audit.exceptions import service as exceptions
from dualdegree.conferral import voiding
from dualdegree.core.acts import Act
from dualdegree.jobs.models import Job
from dualdegree.recognition.grading_tables.service import import_grade_tables
from dualdegree.records.moving import CurriculumMove, open_to
from dualdegree.records.moving import move as move_curriculum
from dualdegree.requests.workflow import entering
from dualdegree.uploads import OfferedPaper
from tests.audit.test_exceptions import BY_BODY
from tests.audit.test_exceptions import entered as exception_entered
from tests.audit.test_impact_pages import LATER as OTHER_CURRICULUM
from tests.graduates import LATER, READY, text
from tests.programmes.papers import NORTH, SOUTH
from tests.recognition.test_grade_tables import HEAD, SOUTHERN
from tests.requests import Desk


@pytest.fixture
def desk(graduates):
    """Everybody who acts; Mei is READY."""
    return Desk(graduates)


def roster(desk):
    desk.graduates.changed("roster", NORTH, "N101", "林梅", "林玫")


def grades(desk):
    desk.graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")


def milestones(desk):
    desk.graduates.changed("milestones", NORTH, "N101", ",4,", ",5,")


def curriculum(desk):
    side = next(row for row in desk.mei.enrolments if row.institution_id == SOUTH)
    wanted = CurriculumMove(
        version=open_to(desk.session, side)[0],
        reason="Asked for",
        minute="7/26",
        revision=side.revision,
        confirmed=digest(desk),
    )
    move_curriculum(desk.session, desk.graduates.registrar(SOUTH), side, wanted, LATER)


def equivalences(desk):
    table = desk.graduates.equivalences(text("equivalences.yaml").replace('version: "1"', 'version: "2"'), LATER)
    desk.graduates.move(table, READY)


def digest(desk):
    return stakes.digest_of(stakes.at_stake(desk.session, [desk.mei.id]))


def exception(desk):
    desk.graduates.take("institution", SOUTH, text("south/institution.yaml") + BY_BODY)
    forget(desk)
    return exception_entered(desk.graduates, number=READY)


def exception_lifted(desk):
    request = exception(desk)
    forget(desk)
    exceptions.lift(desk.session, desk.graduates.registrar(SOUTH), request, reason="Mistake", seen=None, at=LATER)


def recognised(desk):
    desk.entered()


def recognition_lifted(desk):
    request = desk.entered()
    forget(desk)
    entering.lift(desk.session, desk.actor("south"), request, reason="Mistake", seen=request.revision, at=LATER)


def agreement(desk):
    desk.graduates.agreement(text("agreement.yaml").replace('version: "1"', 'version: "2"'))


def grade_table(desk):
    rows = "\n".join([HEAD, *SOUTHERN])
    actor = desk.graduates.registrar(SOUTH)
    paper = OfferedPaper(institution=SOUTH, text=rows, name="grades.csv", actor=actor, at=LATER, confirm=True)
    import_grade_tables(desk.session, paper)


def profile(desk):
    desk.graduates.take("institution", SOUTH, text("south/institution.yaml"))


DONE = {
    Act.ROSTER_IMPORTED: roster,
    Act.GRADES_IMPORTED: grades,
    Act.MILESTONES_IMPORTED: milestones,
    Act.CURRICULUM_OF_A_STUDENT_CHANGED: curriculum,
    Act.EQUIVALENCES_OF_STUDENTS_CHANGED: equivalences,
    Act.EXCEPTION_ENTERED: exception,
    Act.EXCEPTION_LIFTED: exception_lifted,
    Act.RECOGNITION_ENTERED: recognised,
    Act.RECOGNITION_LIFTED: recognition_lifted,
    Act.AGREEMENT_APPROVED: agreement,
    Act.GRADE_TABLE_IMPORTED: grade_table,
    Act.PROFILE_SAVED: profile,
}
"""Every act on which the listener for flushed rows put its jobs before acts said so themselves."""


def forget(desk):
    """What was put so far belongs to an earlier act."""
    desk.session.execute(sa.delete(Job))


def looked_at(desk):
    query = sa.select(Job.arguments).where(Job.task == voiding.NAME).order_by(Job.id)
    return {student for arguments in desk.session.scalars(query) for student in arguments["students"]}


@pytest.mark.parametrize("act", DONE)
def test_the_act_names_itself_and_whoever_is_signed_off_is_looked_at(desk, monkeypatch, act):
    named = []
    monkeypatch.setitem(stakes._LISTENERS, "test", lambda _session, change: named.append(change))
    if act is Act.CURRICULUM_OF_A_STUDENT_CHANGED:
        desk.graduates.publish(SOUTH, OTHER_CURRICULUM)
    desk.graduates.sign(READY)
    forget(desk)
    named.clear()

    DONE[act](desk)

    assert named[-1].act is act
    assert looked_at(desk) == {desk.mei.id}


def test_an_act_on_somebody_else_puts_no_job(desk):
    desk.graduates.sign(READY)
    forget(desk)

    desk.graduates.changed("grades", NORTH, "N106,N2", ",78,", ",79,")

    assert looked_at(desk) == set()
