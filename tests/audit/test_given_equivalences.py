"""Students keep the equivalences they were given; only a decision moves them, one or everybody."""

import pytest

from dualdegree.audit.currency import out_of_date
from dualdegree.audit.dossiers import dossiers
from dualdegree.audit.service import Include, audits
from dualdegree.core.policy import NotAllowed
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.db import db
from dualdegree.events import history
from dualdegree.recognition import service as recognition
from dualdegree.recognition.giving import EquivalenceDecision, given, move, move_all, numbers
from tests.graduates import COMING, LATER, NOW, READY, text
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


def decision(world, name="2", **more):
    fields = {"reason": "The old table was wrong.", "minute": "7/2026", "institution": SOUTH, **more}
    return EquivalenceDecision(version=version(world, name), **fields)


def move_one(world, name="2", *, seen="1", actor=None, **more):
    seen = version(world, seen).id if seen else 0
    actor = actor or world.registrar(SOUTH)
    move(world.session, actor, world.student(), decision(world, name, **more), seen=seen, at=LATER)


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

    move_one(replaced)

    assert (given_to(replaced), given_to(replaced, COMING)) == ("2", "1")
    assert replaced.session.scalars(out_of_date(NORTH, Include.OFFICIAL)).all() == [student.id]
    assert [
        recognition_given.id
        for recognition_given in dossiers(replaced.session, [student.id])[student.id].case.recognitions
    ][1:] == ["matrices"]
    acts = [(event.institution_id, event.act, event.reason) for event in history(replaced.session, student.subject)]
    assert sorted(acts) == [
        (NORTH, "equivalences of students changed", "The old table was wrong."),
        (SOUTH, "equivalences of students changed", "The old table was wrong."),
    ]


def test_a_decision_moves_everybody_of_one_version(replaced):
    held, to = version(replaced, "1"), decision(replaced)

    moved = move_all(replaced.session, replaced.registrar(SOUTH), held, to, seen=6, at=LATER)

    assert (moved, given_to(replaced)) == (6, "2")
    assert numbers(replaced.session, "double") == {to.version.id: 6}


def test_those_without_a_word_of_their_own_are_moved_with_the_version_in_force(replaced):
    replaced.more(1)
    held, to = version(replaced, "2"), decision(replaced, "1")

    move_all(replaced.session, replaced.registrar(SOUTH), held, to, seen=1, at=LATER)

    assert given_to(replaced, "N300") == "1"


@pytest.mark.parametrize(
    ("wrong", "refusal", "said"),
    [
        ({"reason": " "}, Refusal, "Say why"),
        ({"minute": " "}, Refusal, "give its minute number"),
        ({"name": "1"}, Refusal, "only be moved to another version"),
        ({"seen": "2"}, Conflict, "Another version binds the student by now"),
    ],
)
def test_a_move_that_nobody_decided_or_read_is_refused(replaced, wrong, refusal, said):
    with pytest.raises(refusal, match=said):
        move_one(replaced, **wrong)

    assert given_to(replaced) == "1"


def test_a_move_of_everybody_by_numbers_of_yesterday_is_a_conflict(replaced):
    with pytest.raises(Conflict, match="read the numbers again"):
        move_all(
            replaced.session, replaced.registrar(SOUTH), version(replaced, "1"), decision(replaced), seen=5, at=LATER
        )


def test_only_a_registrar_moves(replaced):
    with pytest.raises(NotAllowed):
        move_one(replaced, actor=replaced.actor("advisor"))


def test_the_page_of_a_student_shows_the_effect_and_moves(offices):
    with offices.graduates() as graduates:
        graduates.equivalences(SECOND, LATER)
        student, second = graduates.student().id, version(graduates, "2").id
    reader, url = offices.reader("south"), f"/students/{student}/equivalences"

    assert "What version 2 changes" in words(reader.get(f"{url}?to={second}"))
    seen = {"to": str(second), "seen": "1", "reason": "Mended", "minute": "7/2026"}
    assert reader.post(url, data={**seen, "minute": ""}).status_code == 400
    assert reader.post(url, data=seen).status_code == 302
    assert "Version 2" in words(reader.get(url))
    assert reader.post(url, data=seen).status_code == 409


def test_the_page_of_a_version_moves_everybody(offices):
    with offices.graduates() as graduates:
        graduates.equivalences(SECOND, LATER)
        second = version(graduates, "2").id
    reader, url = offices.reader("north"), f"/equivalences/{second}/students"

    assert "Move 6 students" in words(reader.get(f"{url}?from=1"))
    seen = {"seen": "6", "reason": "Mended", "minute": "7/2026"}
    assert "6 students are moved." in words(reader.post(f"{url}?from=1", data=seen, follow_redirects=True))
    assert reader.post(f"{url}?from=1", data=seen).status_code == 409
    with offices.app.app_context():
        assert numbers(db.session(), "double") == {second: 6}


def test_whoever_moves_by_numbers_of_yesterday_gets_the_form_back_with_the_reason_and_the_numbers_of_today(offices):
    with offices.graduates() as graduates:
        graduates.equivalences(SECOND, LATER)
        second = version(graduates, "2").id
    reader, url = offices.reader("north"), f"/equivalences/{second}/students?from=1"

    answer = reader.post(url, data={"seen": "5", "reason": "Mended in spring", "minute": "7/2026"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "read the numbers again" in page
    assert "Mended in spring" in page
    assert 'value="7/2026"' in page
    assert 'name="seen" type="hidden" value="6"' in page


def test_words_are_not_lost_where_somebody_else_has_moved_the_student(offices):
    with offices.graduates() as graduates:
        graduates.equivalences(SECOND, LATER)
        student, second = graduates.student().id, version(graduates, "2").id
    reader, url = offices.reader("south"), f"/students/{student}/equivalences"
    seen = {"to": str(second), "seen": "1", "reason": "Mended in spring", "minute": "7/2026"}
    reader.post(url, data=seen)

    late = reader.post(url, data=seen)

    assert late.status_code == 409
    assert "Another version binds the student by now" in words(late)
    assert "Mended in spring" in words(late)
