"""What each person sees first, gathered from every office."""

import pytest

from dualdegree.core.conferral.gate import BoardStage
from dualdegree.desk import service
from tests.counting import counting
from tests.graduates import ALSO_READY, COMING, ONE_SIDED, READY, SHORT
from tests.graduates.browsing import words
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH


def numbers(standings):
    return [standing.state.student.enrolments[0].number for standing in standings]


def test_an_office_sees_how_far_everybody_is_and_whom_it_keeps_waiting(graduates):
    graduates.sign(READY)
    graduates.sign(ALSO_READY, NORTH)

    north, south = (service.office(graduates.session, where, NOW) for where in (NORTH, SOUTH))

    assert dict(north.stages) == {
        BoardStage.SIGNED_BY_BOTH: 1, BoardStage.SIGNED_BY_ONE: 1, BoardStage.BOTH_MET: 1, BoardStage.ONE_MET: 2, BoardStage.STUDYING: 1
    }  # fmt: skip
    assert numbers(north.awaiting) == ["N105"]
    assert numbers(south.awaiting) == ["N105", ALSO_READY]
    assert (north.void, south.void) == ((), ())


def test_an_office_sees_whose_sign_off_a_change_has_voided(graduates):
    graduates.sign(READY)
    graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")

    assert numbers(service.office(graduates.session, SOUTH, NOW).void) == [READY]


def test_an_advisor_sees_those_furthest_away_first(graduates):
    advisees = service.advisees(graduates.session, graduates.actor("advisor").person_id, NOW)

    standings = [
        (official.question.dossier.student.enrolments[0].number, official.both_met) for official, _ in advisees
    ]
    assert standings[0][0] == ONE_SIDED
    assert set(standings) == {(READY, True), (SHORT, False), (COMING, False), (ONE_SIDED, False), ("N105", True)}
    shortfalls = [official.answer.joint_shortfall_ects for official, _ in advisees]
    assert shortfalls == sorted(shortfalls, reverse=True)


def test_an_advisor_sees_what_is_in_progress_would_come_to(graduates):
    advisees = service.advisees(graduates.session, graduates.actor("advisor").person_id, NOW)

    (projected,) = (later for now, later in advisees if now.question.dossier.student.enrolments[0].number == COMING)
    assert projected.both_met


def test_who_advises_nobody_sees_nobody(graduates):
    assert service.advisees(graduates.session, graduates.actor("north").person_id, NOW) == []


def test_a_person_finds_the_own_record(graduates):
    session = graduates.session

    assert service.own_student(session, graduates.actor("mei").person_id) is graduates.student(READY)
    assert service.own_student(session, graduates.actor("north").person_id) is None
    assert [audit.both_met for audit in service.progress(session, graduates.student(COMING), NOW)] == [False, True]


def test_a_registrar_starts_at_the_office(offices):
    with offices.graduates() as graduates:
        graduates.sign(READY)
        graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")

    page = words(offices.reader("north").get("/"))

    assert "Welcome, Njeri Mwangi" in page
    assert "One side met 2 students" in page
    assert "Signed by both 0 students" in page
    assert "Ramos, Lia" in page
    assert "void Lin, Mei · 林梅" in page


def test_an_office_without_students_is_told_what_to_do(offices):
    page = words(offices.reader("elsewhere").get("/"))

    assert "Nothing awaits you." in page
    assert "Every sign-off stands." in page


def test_an_advisor_starts_at_the_own_students(offices):
    page = words(offices.reader("advisor").get("/", follow_redirects=True))

    assert "My students" in page
    assert "Otieno, Achieng" in page
    assert "Southhill: not met 30 of 36 ECTS counted; open: Optional" in page
    assert "Southhill: would be met by what is in progress" in page


def test_a_student_starts_at_the_own_way_to_both_degrees(offices):
    with offices.graduates() as graduates:
        graduates.sign()
        graduates.issue()

    page = words(offices.reader("mei").get("/"))

    assert "Welcome, Lin Mei" in page
    assert "Northlake: met" in page
    assert "1 official transcript has been issued to you." in page


def test_a_student_of_one_university_sees_one_degree(offices):
    page = words(offices.reader("ines").get("/"))

    assert "Northlake:" in page
    assert "Southhill:" not in page


def test_who_is_in_no_roster_is_told_whom_to_ask(offices):
    with offices.graduates() as graduates:
        graduates.student(ONE_SIDED).person_id = None

    assert "No record is linked to your account yet" in words(offices.reader("ines").get("/"))


def test_whom_no_curriculum_binds_is_told_so(offices):
    with offices.graduates() as graduates:
        graduates.student(ONE_SIDED).enrolments[0].curriculum_version = None

    assert "No curriculum binds you yet." in words(offices.reader("ines").get("/"))


def test_an_advisor_named_by_nobody_is_told_so(offices):
    with offices.graduates() as graduates:
        for student in (READY, SHORT, COMING, ONE_SIDED, "N105"):
            graduates.student(student).enrolments[0].advisor_id = None

    assert "Nobody names you as advisor yet." in words(offices.reader("advisor").get("/advisees"))


@pytest.mark.parametrize(("who", "url"), [("north", "/"), ("advisor", "/advisees")])
def test_ten_students_cost_as_many_queries_as_few(offices, who, url):
    reader = offices.reader(who)
    reader.get(url)
    with counting(offices.engine()) as few:
        reader.get(url)
    with offices.graduates() as graduates:
        graduates.more(5)
    reader.get(url)

    with counting(offices.engine()) as many:
        reader.get(url)

    assert len(many) == len(few)


@pytest.mark.parametrize("language", ["zh_Hans", "es"])
@pytest.mark.parametrize("who", ["north", "advisor", "mei"])
def test_start_pages_speak_the_reader_s_language(offices, who, language):
    reader = offices.reader(who)
    reader.set_cookie("language", language)

    answer = reader.get("/", follow_redirects=True)

    assert answer.status_code == 200
    assert "counted" not in words(answer)
    assert "Welcome" not in words(answer)


def test_the_account_page_names_the_institution_of_each_role(offices):
    account = words(offices.reader("north").get("/account"))

    assert "Registrar · Northlake University" in account
    assert NORTH not in account
