"""A student's audit over two registers: what it reads, how it is kept, and what makes it be judged anew."""

import pytest
import sqlalchemy as sa

from dualdegree.audit import service
from dualdegree.audit.dossiers import NothingToAudit, dossier, dossiers
from dualdegree.audit.models import AuditResult
from dualdegree.audit.service import Include, audit_of, audits
from dualdegree.core.audit.case.writing import digest
from dualdegree.core.text import Message
from dualdegree.records.models import Enrolment, Student
from tests.graduates import ALSO_READY, COMING, LATER, ONE_SIDED, READY, SHORT, text
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH


def audited(graduates, number=READY, include=Include.OFFICIAL, at=NOW):
    return audit_of(graduates.session, dossier(graduates.session, graduates.student(number)), include, at)


def kept(graduates):
    return graduates.session.scalar(sa.select(sa.func.count(AuditResult.id)))


@pytest.fixture
def idle(monkeypatch):
    """From now on the engine must not be asked."""

    def stop():
        monkeypatch.setattr(service, "audit", lambda _case: pytest.fail("The engine was asked again."))

    return stop


@pytest.mark.parametrize(
    ("number", "met"),
    [
        (READY, {"north": True, "south": True}),
        (SHORT, {"north": True, "south": False}),
        (COMING, {"north": True, "south": False}),
        (ONE_SIDED, {"north": False}),
    ],
)
def test_each_degree_has_a_verdict_of_its_own(graduates, number, met):
    assert audited(graduates, number).met == met


def test_a_student_of_one_university_does_not_meet_both(graduates):
    assert not audited(graduates, ONE_SIDED).both_met
    assert audited(graduates, READY).both_met


def test_a_failed_elective_of_six_credits_is_six_ects_short(graduates):
    assert audited(graduates, SHORT).answer.joint_shortfall_ects == 6


def test_what_is_in_progress_counts_only_where_it_is_asked_for(graduates):
    assert not audited(graduates, COMING).both_met
    assert audited(graduates, COMING, Include.PROJECTED).both_met
    assert audited(graduates, COMING, Include.PLANNED).both_met


def test_attempts_are_called_what_their_register_calls_them(graduates):
    record = dossier(graduates.session, graduates.student()).case.record

    assert [attempt.id for attempt in record] == [
        "north.example/N1/2024-1/1",
        "north.example/N2/2024-1/1",
        "north.example/N3/2024-2/1",
        "north.example/N9/2025-2/1",
        "south.example/S2/2025-1/1",
        "south.example/S3/2025-1/1",
        "south.example/S4/2025-2/1",
        "south.example/S9/2025-2/1",
    ]


def test_equivalences_are_recognised_in_both_directions(graduates):
    held = dossier(graduates.session, graduates.student())

    assert [(recognition.id, recognition.degree) for recognition in held.case.recognitions] == [
        ("optimisation", "north"),
        ("algebra", "south"),
    ]
    assert held.equivalences.version == "1"


def test_a_row_that_the_register_marks_as_exempted_is_no_attempt(graduates):
    record = dossier(graduates.session, graduates.student(ALSO_READY)).case.record

    assert "N4" not in {attempt.course for attempt in record}


def test_who_passes_the_thesis_has_defended_it(graduates):
    held = dossier(graduates.session, graduates.student()).case.milestones

    assert [(milestone.institution, milestone.milestone, milestone.value) for milestone in held] == [
        (NORTH, "practice_months", 4),
        (NORTH, "defence", None),
        (SOUTH, "b2", None),
    ]


def test_the_curriculum_s_title_goes_before_what_the_register_wrote(graduates):
    vision = next(
        attempt for attempt in dossier(graduates.session, graduates.student()).case.record if attempt.course == "S4"
    )

    assert vision.title == {"zh_Hans": "视觉", "en": "Vision", "es": "Visión"}


def test_who_is_bound_to_no_curriculum_is_told_so(graduates):
    student = graduates.student(ONE_SIDED)
    student.enrolments[0].curriculum_version = None
    graduates.session.flush()

    with pytest.raises(NothingToAudit, match="No curriculum binds this student yet"):
        dossier(graduates.session, student)


def test_an_answer_is_kept_and_not_computed_again(graduates, idle):
    first = audited(graduates)
    idle()

    again = audited(graduates, at=LATER)

    assert again.answer == first.answer
    assert again.audited_at == NOW
    assert kept(graduates) == 1


def test_each_kind_of_audit_is_kept_apart(graduates):
    for include in Include:
        audited(graduates, COMING, include)

    assert kept(graduates) == 3


def test_an_answer_of_an_older_engine_is_not_taken_for_today_s(graduates, monkeypatch):
    audited(graduates)
    monkeypatch.setattr(service, "ENGINE", "a later one")

    assert audited(graduates, at=LATER).audited_at == LATER


def test_what_somebody_else_kept_meanwhile_is_kept_once(graduates):
    session = graduates.session
    asked = dossiers(session, [graduates.student().id]).values()
    mine, theirs = (
        service.rows_of(service.answers(session, asked, Include.OFFICIAL, at).values()) for at in (NOW, LATER)
    )

    service.keep(session, mine)
    service.keep(session, theirs)

    assert kept(graduates) == 1
    assert audited(graduates, at=LATER).audited_at == NOW


CHANGES = {
    "a grade": lambda world: world.changed("grades", NORTH, "N101,N2", ",78,", ",79,"),
    "a result": lambda world: world.changed("grades", SOUTH, "S201;S4", ";9,1;", ";2,0;"),
    "a milestone's value": lambda world: world.changed("milestones", NORTH, "N101", ",4,", ",5,"),
    "the agreement in force": lambda world: world.agreement(
        text("agreement.yaml").replace('version: "1"', 'version: "2"').replace('at_most: "18"', 'at_most: "16"')
    ),
    "the equivalences in force": lambda world: world.other_equivalences(
        text("equivalences.yaml").replace('version: "1"', 'version: "2"').replace("id: algebra", "id: matrices"), LATER
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_the_audit_reads_makes_it_be_judged_anew(graduates, change):
    before = audited(graduates)

    CHANGES[change](graduates)
    after = audited(graduates, at=LATER)

    assert after.question.digest != before.question.digest
    assert after.audited_at == LATER


def test_another_curriculum_makes_it_be_judged_anew(graduates):
    before = audited(graduates, COMING)
    graduates.publish(
        NORTH,
        text("north/curriculum.yaml")
        .replace('version: "2024"', 'version: "2025"')
        .replace('from: "2024-1"', 'from: "2025-1"'),
    )

    graduates.changed("roster", NORTH, "N103", "2024-1", "2025-1")

    after = audited(graduates, COMING, at=LATER)
    assert after.question.digest == before.question.digest, "the same rules and record are the same case"
    assert {side.curriculum.version for side in after.question.dossier.sides} == {"2024", "2025"}


def test_a_corrected_name_is_nothing_to_the_audit(graduates, idle):
    audited(graduates, SHORT)
    graduates.changed("roster", NORTH, "N102", "Achieng", "Achieng'")
    idle()

    assert audited(graduates, SHORT, at=LATER).audited_at == NOW


def test_the_digest_is_of_the_case_as_it_is_written(graduates):
    asked = audited(graduates).question

    assert asked.digest == digest(asked.case)
    assert len(asked.digest) == 64


@pytest.mark.parametrize("include", [Include.OFFICIAL, Include.PROJECTED])
def test_ten_students_cost_as_many_queries_as_one(graduates, counted, include):
    graduates.more(9)
    session = graduates.session
    ten = [graduates.student(number).id for number in (READY, *(f"N{300 + number}" for number in range(9)))]
    audits(session, dossiers(session, ten[:1]).values(), include, NOW)
    session.expunge_all()

    costs = []
    for ids in (ten[1:2], ten[2:], ten[:1], ten):  # computed for one and for eight, then kept for one and for ten
        with counted() as statements:
            audits(session, dossiers(session, ids).values(), include, NOW)
        costs.append(len(statements))
        session.expunge_all()

    assert costs[0] == costs[1]
    assert costs[2] == costs[3]
    assert costs[3] <= 15


def test_dossiers_stand_in_the_order_of_the_students(graduates):
    ids = graduates.session.scalars(sa.select(Student.id).order_by(Student.id)).all()

    assert list(dossiers(graduates.session, reversed(ids))) == ids


def test_both_sides_stand_in_the_order_of_the_institutions(graduates):
    held = dossier(graduates.session, graduates.student())

    assert [side.enrolment.institution_id for side in held.sides] == [NORTH, SOUTH]
    assert [degree.id for degree in held.case.degrees] == ["north", "south"]
    assert graduates.session.scalar(sa.select(sa.func.count(Enrolment.id))) == 11


def test_every_kind_of_audit_has_a_name():
    assert all(isinstance(service.NAMES[kind], Message) for kind in Include)


def test_the_audit_holds_the_agreement_s_own_limit_on_recognition(graduates):
    limited = text("agreement.yaml").replace('version: "1"', 'version: "2"')
    limited += 'recognition_limits:\n  south.example: [{id: little, select: {}, at_most: "3"}]\n'

    graduates.agreement(limited)

    judged = audited(graduates)
    assert not judged.met["south"]
    assert "algebra/1" not in judged.answer.degrees["south"].claims
