"""What does an office's history tell of a student? Everything that happened to them, whatever it is filed under."""

import pytest

from dualdegree.audit.exceptions import service as exceptions
from dualdegree.audit.exceptions.rules import AskedException
from dualdegree.core.acts import Act
from dualdegree.core.audit.facts import ExceptionKind
from dualdegree.db import Base
from dualdegree.desk import history
from dualdegree.desk.subjects import KINDS, OF_A_STUDENT
from dualdegree.history import tell
from dualdegree.records.importing.people import links
from dualdegree.records.models import LinkProposal, Student
from tests import keeping
from tests.counting import counting
from tests.graduates import READY, SHORT, text
from tests.graduates.browsing import words
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH
from tests.records.registers import CHEN_IN_NORTH, CHEN_IN_SOUTH, NORTH_ROSTER, SOUTH_ROSTER, Registers


@pytest.fixture
def registers(backend, session):
    return keeping.again(backend, "links", session, Registers)


def entries(session, institution, number):
    search = history.search_for(session, number)
    return list(history.entries(session, session.scalars(history.events_of(institution, search)).all(), search))


def acts(session, institution, number):
    search = history.search_for(session, number)
    return [event.act for event in session.scalars(history.events_of(institution, search))]


def an_exception(graduates, number=SHORT):
    """One that a student's advisor asks for at south."""
    decides = "exceptions: {decided_by: body, body: {en: Academic committee, es: Comisión Académica}}\n"
    graduates.take("institution", SOUTH, text("south/institution.yaml") + decides)
    asked = AskedException(
        degree="south", kind=ExceptionKind.WAIVE, requirement="optional", item=None, reason="Illness."
    )
    return exceptions.ask(graduates.session, graduates.actor("advisor"), graduates.student(number), asked, NOW)


def test_a_students_history_has_their_exceptions(graduates):
    an_exception(graduates)

    assert Act.EXCEPTION_ASKED_FOR in acts(graduates.session, NORTH, SHORT)
    assert Act.EXCEPTION_ASKED_FOR not in acts(graduates.session, NORTH, READY)


def test_a_students_history_has_the_decision_that_moved_everybody(graduates):
    graduates.other_equivalences(text("equivalences.yaml").replace('version: "1"', 'version: "9"'))

    (moved,) = [entry for entry in entries(graduates.session, SOUTH, READY) if "another version" in str(entry.act)]

    assert [(change.what, change.before != change.after) for change in moved.changes] == [
        ("N101", True),
        ("S201", True),
    ]


def test_a_students_history_goes_on_after_two_records_have_become_one(registers):
    session = registers.session
    registers.take("roster", SOUTH, SOUTH_ROSTER + CHEN_IN_SOUTH.replace("N100", ""))
    registers.take("roster", NORTH, NORTH_ROSTER + CHEN_IN_NORTH)
    proposal = session.query(LinkProposal).one()
    younger = session.get_one(Student, max(proposal.enrolment.student_id, proposal.named.student_id))
    tell(
        session, registers.actor(NORTH), younger.subject, Act.CURRICULUM_OF_A_STUDENT_CHANGED,
        concerned=[NORTH, SOUTH], at=NOW,
    )  # fmt: skip
    links.confirm_link(session, registers.actor(SOUTH), proposal, NOW)

    for number in ("N100", "S100"):
        assert Act.CURRICULUM_OF_A_STUDENT_CHANGED in acts(session, NORTH, number)
        assert Act.LINK_CONFIRMED in acts(session, NORTH, number)


def test_either_number_finds_what_each_register_told(graduates):
    by_north, by_south = (acts(graduates.session, SOUTH, number) for number in (READY, "S201"))

    assert by_north == by_south
    assert {Act.ROSTER_IMPORTED, Act.GRADES_IMPORTED} <= set(by_north)


def test_a_search_sends_as_many_statements_whatever_it_finds(graduates):
    session = graduates.session
    session.commit()
    with counting(session.get_bind()) as little:
        entries(session, SOUTH, SHORT)

    an_exception(graduates)
    graduates.other_equivalences(text("equivalences.yaml").replace('version: "1"', 'version: "9"'))
    session.commit()
    with counting(session.get_bind()) as more:
        entries(session, SOUTH, SHORT)

    assert len(little) == len(more)


def test_whatever_belongs_to_a_student_is_looked_for(app):
    kinds = {
        mapper.class_.__name__
        for mapper in Base.registry.mappers
        if "student_id" in mapper.columns and hasattr(mapper.class_, "subject")
    }

    assert kinds <= {column.class_.__name__ for column, _ in OF_A_STUDENT.values()}
    assert set(OF_A_STUDENT) <= set(KINDS)


def test_the_page_names_the_student_and_the_exception_with_their_pages(offices):
    with offices.graduates() as graduates:
        number = an_exception(graduates).id
        graduates.sign(READY, NORTH)

    page = offices.reader("north").get(f"/history?q={SHORT}")
    signed = words(offices.reader("north").get(f"/history?q={READY}"))

    assert f'<a href="/exceptions/{number}">Exception no. {number}</a>' in page.get_data(as_text=True)
    assert "Signed off Lin, Mei · 林梅 (N101, S201)" in signed
