"""Students of two registers who may be one person: suggested with their evidence, confirmed by the partner."""

import pytest
import sqlalchemy as sa

from dualdegree.core.identity.persons import Trait
from dualdegree.core.policy import NotAllowed, Permission, may
from dualdegree.core.refusal import Conflict
from dualdegree.events import Event
from dualdegree.messages.models import Notice
from dualdegree.records.importing.people import likely, links
from dualdegree.records.models import Student
from tests import keeping, people
from tests.conftest import NOW
from tests.programmes.papers import NORTH, SOUTH
from tests.records.registers import CHEN_IN_NORTH, CHEN_IN_SOUTH, NORTH_ROSTER, SOUTH_ROSTER, Registers

IN_NORTH, IN_SOUTH = CHEN_IN_NORTH.replace("S100", ""), CHEN_IN_SOUTH.replace("N100", "")


@pytest.fixture
def registers(backend, session):
    return keeping.again(backend, "likely", session, Registers)


def take(registers, north=IN_NORTH, south=IN_SOUTH):
    registers.take("roster", NORTH, NORTH_ROSTER + north)
    registers.take("roster", SOUTH, SOUTH_ROSTER + south)


def suggested(registers, where=SOUTH):
    return likely.likely_matches(registers.session, where)


def first(registers):
    match = suggested(registers)[0]
    return match.own, match.theirs


def linked(registers):
    enrolled = registers.session.scalars(sa.select(Student).where(Student.enrolments.any()).order_by(Student.id)).all()
    return [[enrolment.number for enrolment in student.enrolments] for student in enrolled]


def acts(registers, institution):
    query = sa.select(Event.act).where(Event.institution_id == institution).order_by(Event.number)
    return [act for act in registers.session.scalars(query) if "link" in act or "match" in act]


def test_one_birth_date_and_one_name_are_suggested_to_both_and_join_nobody(registers):
    take(registers, IN_NORTH.replace("Chen,Jie", "JIE,CHEN"))

    for where, own in ((SOUTH, "S100"), (NORTH, "N100")):
        (match,) = suggested(registers, where)
        assert match.own.number == own
        assert match.evidence.agrees == (Trait.BIRTH_DATE, Trait.LATIN_NAME, Trait.HAN_NAME, Trait.NATIONALITY)
    assert linked(registers) == [["N100"], ["S100"]]


def test_a_name_alone_is_not_suggested(registers):
    take(registers, IN_NORTH.replace("2001-03-14", "2001-03-15"))

    assert suggested(registers) == ()


def test_one_document_is_suggested_whatever_else_differs(registers):
    head = NORTH_ROSTER.replace("\n", ",证件号码\n")
    registers.take(
        "roster", NORTH, head + IN_NORTH.replace("2001", "1999").replace("Chen", "Zhou")[:-1] + ",E12345678\n"
    )
    other_head = SOUTH_ROSTER.replace("\n", ";DNI/NIE/Pasaporte\n")
    registers.take("roster", SOUTH, other_head + IN_SOUTH[:-1] + ";e-1234567-8\n")

    (match,) = suggested(registers)

    assert match.evidence.agrees[0] is Trait.DOCUMENT
    assert match.evidence.differs == (Trait.BIRTH_DATE, Trait.LATIN_NAME)


def test_a_student_whom_a_number_names_or_who_is_linked_is_not_suggested(registers):
    take(registers, CHEN_IN_NORTH, IN_SOUTH)

    assert suggested(registers) == suggested(registers, NORTH) == ()


def test_the_partner_sees_the_student_once_it_is_proposed_and_confirms(registers):
    registrar = people.person(registers.session, "north@x.example", ("registrar", NORTH))
    take(registers)
    (match,) = suggested(registers)
    theirs = match.theirs.student

    proposal = likely.propose_match(registers.session, registers.actor(SOUTH), match.own, match.theirs, NOW)

    assert not may(registers.actor(SOUTH), Permission.SEE_RECORD, theirs.policy_subject())
    assert suggested(registers) == suggested(registers, NORTH) == ()
    assert registers.session.scalars(links.waiting_for(NORTH)).all() == [proposal]
    assert registers.session.scalars(links.waiting_elsewhere(SOUTH)).all() == [proposal]
    links.confirm_link(registers.session, registers.actor(NORTH), proposal, NOW)
    assert linked(registers) == [["N100", "S100"]]
    assert acts(registers, NORTH) == acts(registers, SOUTH) == ["links proposed", "link confirmed"]
    notices = registers.session.scalars(sa.select(Notice).where(Notice.person_id == registrar.id)).all()
    assert [notice.link for notice in notices] == ["/links"]


def test_what_is_proposed_tells_the_proposers_history_no_number_of_the_partners(registers):
    take(registers)

    likely.propose_match(registers.session, registers.actor(SOUTH), *first(registers), NOW)

    (event,) = registers.session.scalars(
        sa.select(Event).where(Event.institution_id == SOUTH, Event.act == "links proposed")
    )
    assert "N100" not in event.after + event.before + event.reason


def test_not_the_same_person_is_remembered_through_every_roster_and_can_be_taken_back(registers):
    take(registers)

    likely.dismiss_match(registers.session, registers.actor(SOUTH), *first(registers), NOW)
    registers.take("roster", SOUTH, SOUTH_ROSTER + IN_SOUTH.replace("Chen", "CHEN"))

    assert suggested(registers) == ()
    assert [match.own.number for match in suggested(registers, NORTH)] == ["N100"]
    (aside,) = registers.session.scalars(likely.dismissed(SOUTH)).all()
    likely.reopen_match(registers.session, registers.actor(SOUTH), aside, NOW)
    assert [match.own.number for match in suggested(registers)] == ["S100"]
    assert acts(registers, SOUTH) == ["match dismissed", "match reopened"]
    assert acts(registers, NORTH) == []


def test_a_refused_proposal_is_not_suggested_again(registers):
    take(registers)
    proposal = likely.propose_match(registers.session, registers.actor(SOUTH), *first(registers), NOW)

    links.refuse_link(registers.session, registers.actor(NORTH), proposal, "Cousins.", NOW)

    assert suggested(registers) == suggested(registers, NORTH) == ()


def test_two_who_judge_at_once_do_it_once_and_a_stranger_not_at_all(registers):
    take(registers)
    (match,) = suggested(registers)

    with pytest.raises(NotAllowed):
        likely.dismiss_match(registers.session, registers.actor(NORTH), match.own, match.theirs, NOW)
    likely.propose_match(registers.session, registers.actor(SOUTH), match.own, match.theirs, NOW)
    with pytest.raises(Conflict):
        likely.dismiss_match(registers.session, registers.actor(SOUTH), match.own, match.theirs, NOW)


def test_suggestions_cost_the_same_however_many_there_are(registers, counted):
    def statements():
        registers.session.expire_all()
        with counted() as sent:
            suggested(registers)
        return len(sent)

    take(registers)
    before = statements()
    for number in range(5):
        take(
            registers,
            IN_NORTH.replace("N100", f"N2{number}").replace("2001-03-14", f"2001-04-1{number}"),
            IN_SOUTH.replace("S100", f"S2{number}").replace("14/03/2001", f"1{number}/04/2001"),
        )

    assert statements() == before
    assert len(suggested(registers)) == 6
