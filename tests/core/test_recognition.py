"""The ledger: which entries a record fulfils, and that a credit is spent once per degree."""

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dualdegree.core.audit.facts import Attempt, Status
from dualdegree.core.grades import SCALES, Grading
from dualdegree.core.recognition import Why, proposed, recognise

BEIHANG = "buaa.edu.cn"


@dataclass(frozen=True)
class AnEntry:
    id: str
    source_courses: tuple[str, ...]
    min_grade: Decimal | None = None
    target_courses: tuple[str, ...] = ()
    institution: str = BEIHANG
    target_institution: str = "upv.es"
    valid_in: tuple[str, ...] | None = None

    def is_valid_in(self, term):
        return self.valid_in is None or term in self.valid_in


def sat(id_, course, grade="85", status="passed", **more):
    figure = Decimal(grade) if grade and status in {"passed", "failed"} else None
    return Attempt(
        id=id_, institution=BEIHANG, course=course, credits=Decimal(2), status=Status(status), grade=figure, **more
    )


CURRICULUM = {"39006", "X", "Y", "Z"}


def ledger(entries, attempts, policy="best", barred=()):
    return recognise(entries, attempts, policy=policy, curriculum=CURRICULUM, barred=barred)


def recognised(entries, attempts, **more):
    result = ledger(entries, attempts, **more).fulfilled
    return {row.entry.id: tuple(source.id for source in row.sources) for row in result}


def pending(entries, attempts):
    return {row.entry.id: row for row in ledger(entries, attempts).pending}


def test_two_courses_there_are_recognised_together_or_not_at_all():
    both = [AnEntry("e1", ("MATRIX", "GROUPS"))]

    assert recognised(both, [sat("a1", "MATRIX"), sat("a2", "GROUPS")]) == {"e1": ("a1", "a2")}
    assert recognised(both, [sat("a1", "MATRIX")]) == {}
    assert pending(both, [sat("a1", "MATRIX")])["e1"].wanting == (("GROUPS", Why.NOT_TAKEN),)


def test_a_course_that_two_entries_want_goes_to_the_first_in_the_table():
    table = [AnEntry("e1", ("MATRIX",)), AnEntry("e2", ("MATRIX",))]
    record = [sat("a1", "MATRIX")]

    assert recognised(table, record) == {"e1": ("a1",)}
    assert pending(table, record)["e2"].wanting == (("MATRIX", Why.SPENT),)
    assert pending(table, record)["e2"].instead == ("e1",)


def test_a_retake_is_not_a_second_credit():
    # A recognition rests on the attempt that stands for the course, so both attempts are one coin.
    table = [AnEntry("e1", ("MATRIX",)), AnEntry("e2", ("MATRIX",))]

    assert recognised(table, [sat("a1", "MATRIX", "61"), sat("a2", "MATRIX", "90")]) == {"e1": ("a2",)}


def test_the_policy_where_it_was_sat_says_which_attempt_counts_for_the_minimum():
    table = [AnEntry("e1", ("MATRIX",), Decimal(70))]
    record = [sat("a1", "MATRIX", "80", term="2025-1"), sat("a2", "MATRIX", "65", term="2026-1")]

    assert recognised(table, record) == {"e1": ("a1",)}
    assert recognised(table, record, policy="latest") == {}


def test_each_attempt_at_a_repeatable_course_is_a_credit_of_its_own():
    table = [AnEntry("e1", ("SEMINAR",)), AnEntry("e2", ("SEMINAR",))]
    record = [sat("a1", "SEMINAR", repeatable=True), sat("a2", "SEMINAR", repeatable=True)]

    assert recognised(table, record) == {"e1": ("a1",), "e2": ("a2",)}


def test_a_course_in_progress_is_recognised_provisionally():
    result = ledger([AnEntry("e1", ("MATRIX",))], [sat("a1", "MATRIX", status="in_progress")])

    assert [(row.entry.id, row.earned) for row in result.fulfilled] == [("e1", False)]


def test_work_in_progress_never_takes_a_credit_that_is_earned():
    table = [AnEntry("both", ("MATRIX", "GROUPS")), AnEntry("one", ("MATRIX",))]
    record = [sat("a1", "MATRIX"), sat("a2", "GROUPS", status="in_progress")]

    assert recognised(table, record) == {"one": ("a1",)}


def test_a_failed_course_gives_nothing_and_says_so():
    table = [AnEntry("e1", ("MATRIX",))]
    record = [sat("a1", "MATRIX", "40", status="failed")]

    assert recognised(table, record) == {}
    assert pending(table, record)["e1"].wanting == (("MATRIX", Why.NOT_PASSED),)


def test_a_grade_below_the_minimum_gives_nothing_even_while_a_retake_is_under_way():
    # The official audit would let the grant rest on the passed attempt, whose grade is too low.
    table = [AnEntry("e1", ("MATRIX",), Decimal(70))]
    record = [sat("a1", "MATRIX", "65"), sat("a2", "MATRIX", status="in_progress")]

    assert recognised(table, record) == {}
    assert pending(table, record)["e1"].wanting == (("MATRIX", Why.GRADE_TOO_LOW),)
    assert recognised(table, [*record, sat("a3", "MATRIX", "70")]) == {"e1": ("a3",)}


def test_a_pass_without_grade_reaches_a_minimum_only_where_it_is_said_to():
    table = [AnEntry("e1", ("ETHICS",), Decimal(70))]

    assert recognised(table, [sat("a1", "ETHICS", None)]) == {}
    assert recognised(table, [sat("a1", "ETHICS", None, ungraded_pass=True)]) == {"e1": ("a1",)}


def test_an_untouched_entry_is_not_listed_as_pending():
    assert pending([AnEntry("e1", ("MATRIX",))], [sat("a1", "GROUPS")]) == {}


def test_a_course_is_granted_once_however_many_entries_give_it():
    table = [AnEntry("e1", ("MATRIX",), target_courses=("39006",)), AnEntry("e2", ("A",), target_courses=("39006",))]
    record = [sat("a1", "MATRIX"), sat("a2", "A")]

    assert recognised(table, record) == {"e1": ("a1",)}
    assert pending(table, record)["e2"].wanting == (("39006", Why.HELD),)
    assert pending(table, record)["e2"].instead == ("e1",)


def test_a_course_passed_in_the_degree_itself_is_not_recognised_on_top():
    table = [AnEntry("e1", ("MATRIX",), target_courses=("39006",))]
    native = Attempt(
        id="u1", institution="upv.es", course="39006", credits=Decimal(6), status=Status.PASSED, grade=Decimal(6)
    )

    assert recognised(table, [sat("a1", "MATRIX"), native]) == {}
    assert pending(table, [sat("a1", "MATRIX"), native])["e1"].wanting == (("39006", Why.HELD),)


def test_a_course_that_the_students_curriculum_does_not_know_is_not_granted():
    table = [AnEntry("e1", ("MATRIX",), target_courses=("39999",))]

    assert recognised(table, [sat("a1", "MATRIX")]) == {}
    assert pending(table, [sat("a1", "MATRIX")])["e1"].wanting == (("39999", Why.NOT_IN_CURRICULUM),)


GRADING = Grading(scales={BEIHANG: SCALES["cn-100"], "upv.es": SCALES["es-10"]})


def test_the_proposed_grade_is_the_credit_weighted_mean_of_what_was_converted():
    small = sat("a1", "MATRIX", "80")
    large = Attempt(
        id="a2", institution=BEIHANG, course="B", credits=Decimal(6), status=Status.PASSED, grade=Decimal(100)
    )

    block = proposed([small, large], GRADING, "upv.es")

    # (2 x 7.5 + 6 x 10) / 8 = 9.375
    assert block.grade == Decimal("9.4")
    assert str(block.steps[-1]) == "Mean weighted by credits of 2 × 7.5, 6 × 10: 9.4."


def test_the_original_grade_stays_beside_what_it_was_converted_to():
    (part,) = proposed([sat("a1", "MATRIX", "80")], GRADING, "upv.es").parts

    assert (part.converted.original, part.converted.scale) == (80, "cn-100")


def test_a_pass_without_grade_stays_out_of_the_proposed_mean():
    assert proposed([sat("a1", "A", "80"), sat("a2", "B", None)], GRADING, "upv.es").grade == Decimal("7.5")
    assert proposed([sat("a2", "B", None)], GRADING, "upv.es").grade is None


def test_what_is_not_yet_passed_has_no_proposed_grade():
    assert proposed([sat("a1", "A", status="in_progress")], GRADING, "upv.es").grade is None


COURSES = ("A", "B", "C", "D")
ENTRIES = st.lists(
    st.tuples(st.sets(st.sampled_from(COURSES), min_size=1, max_size=3), st.sampled_from(["X", "Y", "Z"])), max_size=6
).map(
    lambda rows: [
        AnEntry(f"e{at}", tuple(sorted(courses)), target_courses=(target,)) for at, (courses, target) in enumerate(rows)
    ]
)
RECORDS = st.lists(
    st.tuples(
        st.sampled_from(COURSES),
        st.sampled_from(["passed", "failed", "in_progress", "planned", "withdrawn"]),
        st.integers(60, 100),
        st.booleans(),
    ),
    max_size=8,
).map(
    lambda rows: [
        sat(f"a{at}", course, str(grade), status, repeatable=course == "D", term="2026-1" if early else "2026-2")
        for at, (course, status, grade, early) in enumerate(rows)
    ]
)


@given(ENTRIES, RECORDS)
def test_a_credit_is_insteadce_per_degree(entries, record):
    result = ledger(entries, record)

    spent = [source for row in result.fulfilled for source in row.sources]
    courses = [source.course for source in spent if not source.repeatable]
    assert len({source.id for source in spent}) == len(spent)
    assert len(set(courses)) == len(courses)
    granted = [course for row in result.fulfilled for course in row.entry.target_courses]
    assert len(set(granted)) == len(granted)


@given(ENTRIES, RECORDS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(entries, record, random):
    shuffled = list(record)
    random.shuffle(shuffled)

    assert ledger(entries, shuffled) == ledger(entries, record)


@given(ENTRIES, RECORDS)
def test_what_is_expected_never_costs_a_recognition_that_is_earned(entries, record):
    earned = [row for row in ledger(entries, record).fulfilled if row.earned]
    passed = [attempt for attempt in record if attempt.status is Status.PASSED]

    assert list(ledger(entries, passed).fulfilled) == earned


def test_a_course_sat_while_the_entry_was_not_valid_does_not_serve_it():
    entry = [AnEntry("e1", ("MATRIX",), valid_in=("2026-1",))]

    assert recognised(entry, [sat("a1", "MATRIX", term="2026-1")]) == {"e1": ("a1",)}
    assert recognised(entry, [sat("a1", "MATRIX", term="2024-1")]) == {}
    assert pending(entry, [sat("a1", "MATRIX", term="2024-1")])["e1"].wanting == (("MATRIX", Why.OUT_OF_TIME),)


def test_of_two_sittings_the_one_within_the_entrys_time_serves_it():
    entry = [AnEntry("e1", ("MATRIX",), valid_in=("2026-1",))]
    record = [sat("a1", "MATRIX", "95", term="2024-1"), sat("a2", "MATRIX", "70", term="2026-1")]

    assert recognised(entry, record) == {"e1": ("a2",)}


def test_an_attempt_that_the_curriculum_does_not_recognise_serves_no_entry():
    entry = [AnEntry("e1", ("MATRIX",))]
    record = [sat("a1", "MATRIX")]

    assert recognised(entry, record, barred={"a1"}) == {}
    (waiting,) = ledger(entry, record, barred={"a1"}).pending
    assert waiting.wanting == (("MATRIX", Why.NOT_AGAIN),)


def test_another_attempt_at_the_same_course_still_serves_it():
    entry = [AnEntry("e1", ("MATRIX",))]
    record = [sat("a1", "MATRIX", "95", term="2024-1"), sat("a2", "MATRIX", "70", term="2026-1")]

    assert recognised(entry, record, barred={"a1"}) == {"e1": ("a2",)}
