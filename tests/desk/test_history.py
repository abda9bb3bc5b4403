"""What does an office's history tell of a student? Everything that happened to them, whatever it is filed under."""

import pytest

from dualdegree.audit.exceptions import service as exceptions
from dualdegree.audit.exceptions.rules import AskedException
from dualdegree.core.acts import Act
from dualdegree.core.audit.facts import ExceptionKind
from dualdegree.core.text import Message
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


def in_words(change):
    """A change in English: whose it is, and each field from what to what."""
    fields = [(str(field.field), said(field.before), said(field.after)) for field in change.fields]
    return said(change.name), fields


def facts(entry):
    return {str(field.field): said(field.after) for field in entry.facts}


def said(value):
    return str(Message("%(value)s", {"value": value}))


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

    assert [in_words(change) for change in moved.changes] == [
        ("Lin, Mei · 林梅 (N101, S201)", [("Version", "1", "9")]),
        ("Lin, Mei · 林梅 (N101, S201)", [("Version", "1", "9")]),
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

    named = f'<a href="/exceptions/{number}">Otieno, Achieng (N102, S202) – Exception no. {number}</a>'
    assert named in page.get_data(as_text=True)
    assert "Signed off Lin, Mei · 林梅 (N101, S201)" in signed


def test_a_changed_grade_says_whose_it_is_in_which_course_and_from_what_to_what(graduates):
    graduates.changed("grades", NORTH, "N101,N1,", "85", "88")

    entry = entries(graduates.session, NORTH, READY)[0]

    who_and_what = "Lin, Mei · 林梅 (N101, S201): Matrices (N1, 2024/2025 term 1)"
    assert [in_words(change) for change in entry.changes] == [(who_and_what, [("Grade", "85", "88")])]


def test_an_exception_states_its_degree_and_requirement_by_name(graduates):
    an_exception(graduates)

    entry = next(entry for entry in entries(graduates.session, SOUTH, SHORT) if "Exception" in str(entry.act))

    assert facts(entry) == {
        "Degree of": "Southhill University",
        "What was asked for": "Waive a requirement",
        "Requirement": "Optional",
    }


def test_a_student_who_is_the_partners_alone_is_named_by_number(registers):
    session = registers.session
    registers.take("roster", SOUTH, SOUTH_ROSTER + CHEN_IN_SOUTH.replace("N100", ""))
    registers.take("roster", NORTH, NORTH_ROSTER + CHEN_IN_NORTH)

    proposed = next(entry for entry in entries(session, SOUTH, "S100") if "proposed" in str(entry.act))

    assert [in_words(change) for change in proposed.changes] == [("N100", [("Linked with", "None", "S100")])]
