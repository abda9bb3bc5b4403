"""An import taken back: the very state before comes back, whole and once, unless something rests on it."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.core.acts import Act
from dualdegree.core.policy import NotAllowed
from dualdegree.core.refusal import Conflict
from dualdegree.core.text import Message
from dualdegree.events import Event, broken_links, history
from dualdegree.programmes.models import CourseOffer
from dualdegree.records.importing.taking_back.service import SomethingRests, take_back, taking_back
from dualdegree.records.models import (
    Enrolment,
    ImportBatch,
    ImportedRow,
    MilestoneHeld,
    RegisteredAttempt,
    RegisterRecognition,
    SearchWord,
    Student,
)
from dualdegree.stakes import Stake
from tests.conftest import NOW
from tests.programmes.papers import NORTH, SOUTH
from tests.records.registers import CHEN_IN_NORTH, CHEN_IN_SOUTH, NORTH_ROSTER, SOUTH_ROSTER, counts, with_chen

N1 = "N100,陈㛃,N1,矩阵理论,Matrices,3,48,85,20241,"
N2 = "N100,陈㛃,N2,群论,Groups,2,32,80,20241,"
LI = "N101,,李岩,Li,Yan,2001-05-06,中国,中国,20241,double,,\n"
MILESTONES = "学号,里程碑,数值,日期\n"


@pytest.fixture
def registers(backend, session):
    return with_chen(backend, session)


def last_batch(registers):
    registers.session.flush()
    return registers.session.scalars(sa.select(ImportBatch).order_by(ImportBatch.id.desc())).first()


def state(registers):
    """Everything that imports write, but for the revisions."""
    session = registers.session
    session.flush()
    session.expire_all()
    tables = (RegisteredAttempt, RegisterRecognition, MilestoneHeld, Enrolment, Student, CourseOffer, SearchWord)
    return {
        table.__tablename__: sorted(
            str({name: value for name, value in row.items() if name != "revision"})
            for row in session.execute(sa.select(table.__table__)).mappings()
        )
        for table in tables
    }


def back(registers, batch=None, *, where=NORTH):
    batch = batch or last_batch(registers)
    take_back(registers.session, registers.actor(where), batch, seen=None, at=NOW)
    return batch


def rests(registers, batch):
    return [str(stake.what) for stake in taking_back(registers.session, batch).resting]


def test_grades_that_were_added_changed_and_listed_are_as_they_were(registers):
    registers.north_grades(N1)
    before = state(registers)
    registers.north_grades(
        N1.replace(",85,", ",60,"), N2, N2.replace("N2,", "S9,").replace(",80,20241,", ",,20241,认定")
    )

    batch = back(registers)

    assert state(registers) == before
    assert (batch.state, batch.taken_back_at) == ("taken back", NOW)


def test_a_student_of_a_roster_leaves_without_a_trace(registers):
    before = state(registers)
    registers.take("roster", NORTH, NORTH_ROSTER + LI + CHEN_IN_NORTH.replace("Jie", "JIE"))
    assert state(registers) != before

    back(registers)

    assert state(registers) == before


def test_milestones_are_as_they_were(registers):
    registers.take("milestones", NORTH, f"{MILESTONES}N100,专业实践月数,4,\n")
    before = state(registers)
    registers.take("milestones", NORTH, f"{MILESTONES}N100,专业实践月数,6,\nN100,答辩,,2025-06-01\n")

    back(registers)

    assert state(registers) == before


def test_offers_that_a_file_withdrew_are_offered_again(registers):
    head = "课程代码,课程名称,开课学期\n"
    registers.take("offers", NORTH, f"{head}N1,矩阵,20261\nN2,群论,20261\n")
    registers.take("offers", NORTH, f"{head}N1,矩阵,20261\n")

    back(registers)

    offers = sa.select(CourseOffer.course, CourseOffer.term).order_by(CourseOffer.course)
    assert registers.session.execute(offers).all() == [("N1", "2026-1"), ("N2", "2026-1")]
    assert Act(history(registers.session, last_batch(registers).subject)[0].act) is Act.OFFERS_TAKEN_BACK


def test_audits_know_that_the_record_is_another(registers):
    registers.north_grades(N1)
    revision = registers.session.scalar(sa.select(Enrolment.revision).where(Enrolment.institution_id == NORTH))

    back(registers)

    query = sa.select(Enrolment.revision).where(Enrolment.institution_id == NORTH)
    assert registers.session.scalar(query) == revision + 1


def test_the_history_tells_the_other_way_round(registers):
    registers.north_grades(N1)

    batch = back(registers)

    taken, imported = history(registers.session, batch.subject)
    assert taken.act == Act.IMPORT_TAKEN_BACK
    assert (taken.before, taken.after) == (imported.after, imported.before)
    assert list(broken_links(registers.session, NORTH)) == []


def test_a_later_file_that_changed_the_same_is_named(registers):
    registers.north_grades(N1)
    first = last_batch(registers)
    registers.north_grades(N1.replace(",85,", ",90,"))
    before = state(registers)

    assert rests(registers, first) == [
        "export.csv, confirmed on 2026-11-23, which changed the same again: take that back first"
    ]
    with pytest.raises(SomethingRests, match="which changed the same again"):
        back(registers, first)
    assert state(registers) == before


def test_a_later_file_that_was_taken_back_forbids_nothing(registers):
    registers.north_grades(N1)
    first = last_batch(registers)
    registers.north_grades(N1.replace(",85,", ",90,"))
    back(registers)

    back(registers, first)

    assert registers.session.scalars(sa.select(RegisteredAttempt)).all() == []


def test_results_rest_on_the_roster_that_enrolled_the_student(registers):
    registers.take("roster", NORTH, NORTH_ROSTER + LI)
    roster = last_batch(registers)
    registers.north_grades(N1.replace("N100,陈㛃", "N101,李岩"))

    assert rests(registers, roster) == [
        "export.csv, confirmed on 2026-11-23, with results of these students: take that back first"
    ]


def test_a_link_that_was_made_since_is_named(registers):
    roster = registers.session.scalars(sa.select(ImportBatch).where(ImportBatch.institution_id == NORTH)).one()

    assert rests(registers, roster) == ["the link of N100 with S100 in the partner's register: undo the link first"]


def test_a_roster_that_came_in_linked_leaves_the_partners_student_alone(registers):
    roster = last_batch(registers)
    assert roster.institution_id == SOUTH

    back(registers, roster, where=SOUTH)

    student = registers.session.scalars(sa.select(Student)).one()
    assert [side.institution_id for side in student.enrolments] == [NORTH]
    shared = sa.select(Event).where(Event.act == Act.SHARED_STUDENTS_CHANGED, Event.institution_id == NORTH)
    assert registers.session.scalars(shared.order_by(Event.id.desc())).first().after == '{"N100":{"linked with":""}}'
    assert counts(registers.take("roster", SOUTH, SOUTH_ROSTER + CHEN_IN_SOUTH)) == (1, 0, 0, 0)


def test_a_change_that_no_file_made_is_named(registers):
    registers.north_grades(N1)
    registers.session.execute(sa.update(RegisteredAttempt).values(grade=Decimal(86)))

    assert rests(registers, last_batch(registers)) == ["a change of N100 that was made since, not by a file"]


def test_what_another_office_has_put_on_it_is_named(registers, monkeypatch):
    registers.north_grades(N1)
    seen = []

    def finder(_session, ground):
        seen.append(ground)
        (student,) = ground.students
        yield Stake(student=student, name={"en": "Chen"}, key="x", what=Message("a sign-off"), in_force=False)

    monkeypatch.setitem(stakes._RESTING, "test", (finder, ()))

    assert rests(registers, last_batch(registers)) == ["a sign-off"]
    student = registers.session.scalars(sa.select(Student.id)).one()
    assert seen[0].added == {(student, f"{NORTH}/N1/2024-1/1")}
    assert seen[0].leaving == frozenset()


def test_it_is_taken_back_once(registers):
    registers.north_grades(N1)
    batch = back(registers)

    with pytest.raises(Conflict, match="was taken back before"):
        back(registers, batch)


def test_taken_back_twice_at_once_it_is_taken_back_once(registers):
    registers.north_grades(N1)
    batch, actor = last_batch(registers).id, registers.actor(NORTH)
    engine = registers.session.get_bind()
    registers.session.commit()

    def attempt(_number):
        with orm.Session(engine) as session:
            try:
                take_back(session, actor, session.get_one(ImportBatch, batch), seen=None, at=NOW)
                session.commit()
            except Conflict:
                return "refused"
            return "taken back"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, range(2))) == ["refused", "taken back"]


def test_the_partner_takes_nothing_back(registers):
    registers.north_grades(N1)

    with pytest.raises(NotAllowed):
        back(registers, where=SOUTH)


def test_an_import_from_before_it_was_kept_what_it_changed_stays(registers):
    registers.north_grades(N1)
    registers.session.execute(sa.delete(ImportedRow))

    assert "was confirmed before the system kept" in rests(registers, last_batch(registers))[0]


def test_the_same_file_can_be_imported_again(registers):
    registers.north_grades(N1)
    back(registers)

    assert counts(registers.north_grades(N1)) == (1, 0, 0, 0)
