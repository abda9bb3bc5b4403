"""Students keep the equivalences they were given; only both institutions together move them."""

import pytest

from dualdegree.audit.currency import out_of_date
from dualdegree.audit.dossiers import dossiers
from dualdegree.audit.service import Include, audits
from dualdegree.core.refusal import Refusal
from dualdegree.events import history
from dualdegree.recognition import service as recognition
from dualdegree.recognition.giving import given, numbers
from tests.graduates import COMING, LATER, NOW, ONE_SIDED, READY, SHORT, text
from tests.graduates.browsing import words
from tests.programmes.papers import NORTH, SOUTH

SECOND = text("equivalences.yaml").replace('version: "1"', 'version: "2"').replace("id: algebra", "id: matrices")


@pytest.fixture
def replaced(graduates):
    """A second version is in force."""
    graduates.equivalences(SECOND, LATER)
    return graduates


def version(world, name):
    return next(version for version in recognition.equivalences(world.session, NORTH) if version.version == name)


def audited(world):
    """Keep the answer for one student."""
    audits(world.session, dossiers(world.session, [world.student().id]).values(), Include.OFFICIAL, NOW)


def given_to(world, number=READY):
    student = world.student(number)
    return given(world.session, {student.id: student.programme_id})[student.id].version


def test_a_later_version_binds_nobody_who_was_given_an_earlier_one(replaced):
    assert recognition.equivalences_in_force(replaced.session, "double").version == "2"
    assert given_to(replaced) == "1"
    assert numbers(replaced.session, "double") == {version(replaced, "1").id: 6}


def test_whoever_comes_later_is_given_the_version_in_force_by_then(replaced):
    replaced.more(1)

    assert given_to(replaced, "N300") == "2"
    assert given_to(replaced) == "1"
    assert sorted(numbers(replaced.session, "double").values()) == [1, 6]


def test_a_third_version_leaves_each_with_their_own(replaced):
    replaced.more(1)

    replaced.equivalences(SECOND.replace('version: "2"', 'version: "3"'), LATER)

    assert (given_to(replaced), given_to(replaced, "N300")) == ("1", "2")


def test_the_audit_uses_the_students_version_and_stays_up_to_date(graduates):
    student = graduates.student()
    audited(graduates)

    graduates.equivalences(SECOND, LATER)

    assert [
        recognition_given.id
        for recognition_given in dossiers(graduates.session, [student.id])[student.id].case.recognitions
    ][1:] == ["algebra"]
    assert graduates.session.scalars(out_of_date(NORTH, Include.OFFICIAL)).all() == []


def test_a_decision_moves_one_student_and_puts_the_audit_out_of_date(replaced):
    student = replaced.student()
    audited(replaced)

    replaced.move(version(replaced, "2"), READY)

    assert (given_to(replaced), given_to(replaced, COMING)) == ("2", "1")
    assert replaced.session.scalars(out_of_date(NORTH, Include.OFFICIAL)).all() == [student.id]
    assert [
        recognition_given.id
        for recognition_given in dossiers(replaced.session, [student.id])[student.id].case.recognitions
    ][1:] == ["matrices"]
    acts = [(event.institution_id, event.act, event.reason) for event in history(replaced.session, student.subject)]
    assert sorted(acts) == [
        (NORTH, "equivalences of students changed", "The old one was wrong."),
        (SOUTH, "equivalences of students changed", "The old one was wrong."),
    ]


def test_those_who_are_chosen_are_moved_and_nobody_else(replaced):
    replaced.move(version(replaced, "2"), READY, COMING)

    assert [given_to(replaced, number) for number in (READY, COMING, SHORT)] == ["2", "2", "1"]
    assert numbers(replaced.session, "double") == {version(replaced, "1").id: 4, version(replaced, "2").id: 2}


def test_those_without_a_word_of_their_own_are_moved_from_the_version_in_force(replaced):
    replaced.more(1)

    replaced.move(version(replaced, "1"), "N300")

    assert given_to(replaced, "N300") == "1"


def test_whoever_only_one_register_knows_is_moved_by_nobody(replaced):
    with pytest.raises(Refusal, match="Nobody would be moved"):
        replaced.propose(version(replaced, "2"), ONE_SIDED)

    assert given_to(replaced, ONE_SIDED) == "1"


def test_the_page_of_a_student_leads_to_what_another_version_would_do(offices):
    with offices.graduates() as graduates:
        graduates.equivalences(SECOND, LATER)
        student, second = graduates.student().id, version(graduates, "2").id
    reader, url = offices.reader("south"), f"/students/{student}/equivalences"

    assert "keeps this version" in words(reader.get(url))
    answer = reader.get(f"{url}?to={second}")

    assert (answer.status_code, answer.location) == (302, f"/equivalences/{second}/move?student={student}")


def test_the_page_of_a_version_lists_whom_one_could_move_with_what_rests_there(offices):
    with offices.graduates() as graduates:
        graduates.equivalences(SECOND, LATER)
        graduates.sign(READY, NORTH)
        first, second = version(graduates, "1").id, version(graduates, "2").id
    reader = offices.reader("north")

    page = words(reader.get(f"/equivalences/{second}/students?from={first}"))

    assert "Lin, Mei · 林梅" in page
    assert "the sign-off of Northlake University of 23 November 2026" in page
    assert "Muñoz" not in page
