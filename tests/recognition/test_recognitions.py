"""Recognitions: what one student's attempts give in each degree through the table in force."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dualdegree.core.audit.facts import Attempt, Status
from dualdegree.core.curricula.curriculum import read_curriculum
from dualdegree.core.grades import SCALES, Grading
from dualdegree.core.recognition import Why
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.recognition.reading import REASONS, reasons_of
from dualdegree.recognition.service import recognised
from tests.programmes.papers import NORTH, NORTH_CURRICULUM, SOUTH, SOUTH_CURRICULUM
from tests.recognition.test_equivalences import TABLE

GRADING = Grading(scales={NORTH: SCALES["cn-100"], SOUTH: SCALES["es-10"]})
CURRICULA = (read_curriculum(NORTH_CURRICULUM, "north"), read_curriculum(SOUTH_CURRICULUM, "south"))
IN_FORCE = EquivalenceVersion(text=TABLE, digest="the table of the tests")


def sat(id_, course, grade, status="passed", institution=NORTH):
    figure = Decimal(grade) if grade else None
    return Attempt(
        id=id_, institution=institution, course=course, credits=Decimal(3), status=Status(status), grade=figure
    )


def given_by(record):
    return recognised(IN_FORCE, CURRICULA, record, GRADING)


def test_a_passed_course_is_recognised_with_the_targets_credits_tags_and_a_converted_grade():
    (recognition,) = given_by([sat("a1", "N1", "80")]).recognitions

    assert (recognition.id, recognition.degree, recognition.sources) == ("mathematics", "south", ("a1",))
    (grant,) = recognition.grants
    assert (grant.id, grant.course, grant.credits, grant.tags) == ("mathematics/1", "S1", 6, ("core",))
    assert (grant.level, grant.language, grant.title["es"]) == (7, "es", "Matemáticas")
    # 80 lies halfway between pass mark and highest, and so does 7.5.
    assert (grant.grade, grant.ungraded_pass) == (Decimal("7.5"), False)


def test_both_directions_recognise_each_into_its_own_degree():
    record = [sat("a1", "N1", "80"), sat("u1", "S2", "7", institution=SOUTH)]

    assert [(recognition.id, recognition.degree) for recognition in given_by(record).recognitions] == [
        ("algebra", "north"),
        ("mathematics", "south"),
    ]


def test_a_pass_without_grade_is_recognised_without_grade():
    (recognition,) = given_by([sat("a1", "N1", None)]).recognitions

    assert (recognition.grants[0].grade, recognition.grants[0].ungraded_pass) == (None, True)


def test_what_is_in_progress_is_recognised_for_the_projected_audit():
    given = given_by([sat("a1", "N1", None, status="in_progress")])

    assert [(grant.entry.id, grant.earned) for grant in given.given] == [("mathematics", False)]
    assert given.recognitions[0].grants[0].ungraded_pass


def test_a_grade_below_the_minimum_is_awaited_with_its_reason():
    given = given_by([sat("u1", "S2", "5.5", institution=SOUTH)])

    assert given.recognitions == ()
    assert [(awaited.degree, awaited.pending.wanting) for awaited in given.awaited] == [
        ("north", (("S2", Why.GRADE_TOO_LOW),))
    ]


def test_a_student_reads_what_a_recognition_waits_for():
    given = given_by([sat("u1", "S2", "5.5", institution=SOUTH)])

    assert [str(reason) for reason in reasons_of(given.awaited[0], CURRICULA)] == [
        "Algebra (S2): the grade is below the least that the equivalence asks for."
    ]


def test_every_reason_has_words():
    assert set(REASONS) == set(Why)


def test_the_id_of_a_recognition_outlives_a_retake():
    first = given_by([sat("a1", "N1", "61")])
    second = given_by([sat("a1", "N1", "61"), sat("a2", "N1", "90")])

    assert [recognition.id for recognition in first.recognitions] == [
        recognition.id for recognition in second.recognitions
    ]
    assert second.recognitions[0].sources == ("a2",)


def test_without_a_table_in_force_nothing_is_recognised():
    assert recognised(None, CURRICULA, [sat("a1", "N1", "80")], GRADING).recognitions == ()


COHORT = TABLE.replace('    min_grade: "6"', '    admission: {from: "2025-1"}')


@pytest.mark.parametrize(("admitted", "given"), [("2025-1", ["algebra"]), ("2024-1", []), (None, [])])
def test_an_entry_for_a_cohort_is_for_those_whom_the_recognising_side_admitted_then(admitted, given):
    version = EquivalenceVersion(text=COHORT, digest="a table with a cohort")
    record = [sat("u1", "S2", "7", institution=SOUTH)]
    # What the other side says of the admission does not matter.
    admissions = {SOUTH: "2026-1"} | ({NORTH: admitted} if admitted else {})

    given_here = recognised(version, CURRICULA, record, GRADING, admissions=admissions)

    assert [recognition.id for recognition in given_here.recognitions] == given


@pytest.mark.parametrize("attempts", [[], [sat("a1", "N2", "80")]])
def test_attempts_that_no_entry_names_give_nothing(attempts):
    given = given_by(attempts)

    assert (given.given, given.awaited) == ((), ())


ATTEMPTS = st.lists(
    st.tuples(st.sampled_from(["N1", "N2", "N3", "S1", "S2"]), st.sampled_from(list(Status)), st.integers(0, 100)),
    max_size=6,
).map(
    lambda rows: [
        sat(
            f"a{at}",
            course,
            str(grade if course[0] == "N" else Decimal(grade) / 10),
            status,
            NORTH if course[0] == "N" else SOUTH,
        )
        for at, (course, status, grade) in enumerate(rows)
    ]
)


@given(ATTEMPTS, st.randoms(use_true_random=False))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_no_attempt_is_in_two_recognitions_into_one_degree_and_order_changes_nothing(record, random):
    recognised_here = given_by(record)
    shuffled = list(record)
    random.shuffle(shuffled)

    spent = [
        (recognition.degree, source) for recognition in recognised_here.recognitions for source in recognition.sources
    ]
    assert len(set(spent)) == len(spent)
    assert given_by(shuffled) == recognised_here


def test_an_equivalence_may_be_recognised_without_grade_whatever_the_agreement_says():
    text = TABLE.replace("id: mathematics", "id: mathematics\n    grade_method: ungraded")
    table = EquivalenceVersion(text=text, digest="the same table without a grade")

    (recognition,) = recognised(table, CURRICULA, [sat("a1", "N1", "80")], GRADING).recognitions

    assert (recognition.grants[0].grade, recognition.grants[0].ungraded_pass) == (None, True)
