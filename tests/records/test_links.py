"""A link between two registers: proposed by one, confirmed by the other, and nothing is shown before."""

import pytest
import sqlalchemy as sa

from dualdegree.core.policy import NotAllowed, Permission, may
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.events import Event
from dualdegree.messages.models import Notice
from dualdegree.records.importing.people import links
from dualdegree.records.models import Enrolment, LinkProposal, Student
from tests import keeping, people
from tests.conftest import NOW
from tests.programmes.papers import NORTH, SOUTH
from tests.records.registers import CHEN_IN_NORTH, CHEN_IN_SOUTH, NORTH_ROSTER, SOUTH_ROSTER, Registers

ALONE_IN_SOUTH = CHEN_IN_SOUTH.replace("N100", "")


@pytest.fixture
def registers(backend, session):
    return keeping.again(backend, "links", session, Registers)


def north(registers, row=CHEN_IN_NORTH, **options):
    return registers.take("roster", NORTH, NORTH_ROSTER + row, **options)


def south(registers, row=ALONE_IN_SOUTH, **options):
    return registers.take("roster", SOUTH, SOUTH_ROSTER + row, **options)


def proposal(registers):
    return registers.session.scalars(sa.select(LinkProposal)).one()


def numbers(registers):
    enrolled = registers.session.scalars(sa.select(Student).where(Student.enrolments.any()).order_by(Student.id)).all()
    return [[enrolment.number for enrolment in student.enrolments] for student in enrolled]


def acts(registers, institution):
    query = sa.select(Event.act).where(Event.institution_id == institution).order_by(Event.number)
    return [act for act in registers.session.scalars(query) if "link" in act or "shared" in act]


def test_a_row_that_names_the_partners_student_opens_and_shows_nothing_of_them(registers):
    south(registers)

    preview = north(registers, CHEN_IN_NORTH.replace("2001-03-14", "1999-09-09").replace("Chen", "Zhou"))

    words = str(preview.as_json())
    assert not any(secret in words for secret in ("2001-03-14", "14/03/2001", "Chen"))
    assert list(map(str, preview.warnings)) == ["Linked only once the partner has confirmed it: 1 of the students."]
    (theirs,) = registers.session.scalars(sa.select(Enrolment).where(Enrolment.number == "S100"))
    assert not may(registers.actor(NORTH), Permission.SEE_RECORD, theirs.student.policy_subject())
    assert theirs.student.family_name == "Chen"


def test_a_preview_does_not_tell_whether_the_partner_has_the_number(registers):
    south(registers)

    existing = north(registers, confirm=False)
    absent = north(registers, CHEN_IN_NORTH.replace("S100", "S999"), confirm=False)

    assert existing.warnings == absent.warnings
    assert [row.reason for row in existing.rejected] == [row.reason for row in absent.rejected] == []


def test_the_partner_is_told_confirms_and_both_histories_tell(registers):
    registrar = people.person(registers.session, "south@x.example", ("registrar", SOUTH))
    south(registers)
    north(registers)

    student = links.confirm_link(registers.session, registers.actor(SOUTH), proposal(registers), NOW)

    assert [enrolment.number for enrolment in student.enrolments] == ["N100", "S100"]
    assert numbers(registers) == [["N100", "S100"]]
    assert acts(registers, NORTH) == acts(registers, SOUTH) == ["links proposed", "link confirmed"]
    notices = registers.session.scalars(sa.select(Notice).where(Notice.person_id == registrar.id)).all()
    assert [notice.link for notice in notices] == ["/links"]


def test_only_who_has_the_number_may_confirm_and_only_once(registers):
    south(registers)
    north(registers)

    with pytest.raises(NotAllowed):
        links.confirm_link(registers.session, registers.actor(NORTH), proposal(registers), NOW)
    links.confirm_link(registers.session, registers.actor(SOUTH), proposal(registers), NOW)
    with pytest.raises(Conflict):
        links.confirm_link(registers.session, registers.actor(SOUTH), proposal(registers), NOW)


def test_different_birth_dates_are_never_confirmed(registers):
    south(registers)
    north(registers, CHEN_IN_NORTH.replace("2001-03-14", "1999-09-09"))

    with pytest.raises(Refusal, match="different birth dates"):
        links.confirm_link(registers.session, registers.actor(SOUTH), proposal(registers), NOW)

    assert links.confirm_alike(registers.session, registers.actor(SOUTH), SOUTH, NOW) == 0
    assert numbers(registers) == [["S100"], ["N100"]]


def test_a_refused_link_is_not_proposed_again_and_the_partner_reads_why(registers):
    registrar = people.person(registers.session, "north@x.example", ("registrar", NORTH))
    south(registers)
    north(registers)

    links.refuse_link(registers.session, registers.actor(SOUTH), proposal(registers), "Another person.", NOW)
    north(registers, CHEN_IN_NORTH.replace("陈㛃", "陈洁"))

    assert proposal(registers).refused
    assert acts(registers, NORTH) == acts(registers, SOUTH) == ["links proposed", "link refused"]
    (notice,) = registers.session.scalars(sa.select(Notice).where(Notice.person_id == registrar.id))
    assert "Another person." in str(notice.body)


def test_the_register_that_did_not_know_the_number_confirms_what_the_other_named(registers):
    north(registers)
    south(registers)

    assert proposal(registers).institution_id == SOUTH
    assert links.confirm_alike(registers.session, registers.actor(SOUTH), SOUTH, NOW) == 1
    assert numbers(registers) == [["N100", "S100"]]


def test_a_number_that_is_not_named_any_more_cannot_be_confirmed(registers):
    south(registers)
    north(registers)
    waiting = proposal(registers)

    north(registers, CHEN_IN_NORTH.replace("S100", "S101"))

    with pytest.raises(Conflict, match="does not name this number any more"):
        links.confirm_link(registers.session, registers.actor(SOUTH), waiting, NOW)


def test_a_roster_that_changes_a_shared_person_tells_the_partner(registers):
    registrar = people.person(registers.session, "south@x.example", ("registrar", SOUTH))
    north(registers)
    south(registers, CHEN_IN_SOUTH)

    north(registers, CHEN_IN_NORTH.replace("2001-03-14", "2001-03-15"))

    assert acts(registers, NORTH) == acts(registers, SOUTH) == ["shared students changed"]
    (notice,) = registers.session.scalars(sa.select(Notice).where(Notice.person_id == registrar.id))
    assert notice.link == "/history"
