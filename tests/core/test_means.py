"""The mean of a record: exact, by the method that the institution names."""

from decimal import Decimal
from fractions import Fraction

import pytest

from dualdegree.core.grades import CN_100, ES_10
from dualdegree.core.grades.means import Fails, MeanEntry, MeanMethod, half_up, mean_in_words, record_mean


def entry(course, credits_, grade, *, stands=True, failed=False, term="2024-1", **more):
    value = None if grade is None else Decimal(grade)
    return MeanEntry(
        course=course, term=term, credits=Decimal(credits_), grade=value, stands=stands, failed=failed, **more
    )


def failed(course, credits_, grade, term="2024-1"):
    return entry(course, credits_, grade, stands=False, failed=True, term=term)


def mean(*entries, decimals=2, **method):
    taken = record_mean(entries, MeanMethod(decimals=decimals, **method))
    return None if taken is None else (taken.value, taken.credits)


def test_grades_are_weighted_by_credits():
    assert mean(entry("A", "6", "8.5"), entry("B", "3", "7")) == (Decimal("8.00"), Decimal(9))


def test_a_half_is_rounded_up_exactly():
    assert mean(entry("A", "1", "8.1"), entry("B", "1", "8.2"), decimals=1) == (Decimal("8.2"), Decimal(2))


@pytest.mark.parametrize(("value", "rounded"), [("1/8", "0.13"), ("1/3", "0.33"), ("2/3", "0.67"), ("10", "10.00")])
def test_half_up(value, rounded):
    assert half_up(Fraction(value), 2) == Decimal(rounded)


def test_a_pass_without_figure_is_not_in_it():
    assert mean(entry("A", "6", "8"), entry("B", "6", None)) == (Decimal(8), Decimal(6))


def test_nothing_with_a_figure_has_no_mean():
    assert mean(entry("B", "6", None)) is None


def test_failing_grades_do_not_count_unless_the_method_says_so():
    record = entry("A", "6", "8"), failed("B", "6", "3", "2024-1"), failed("B", "6", "4", "2024-2")

    assert mean(*record) == (Decimal(8), Decimal(6))
    assert mean(*record, fails=Fails.LAST) == (Decimal(6), Decimal(12))
    assert mean(*record, fails=Fails.EVERY) == (Decimal(5), Decimal(18))


def test_a_failed_attempt_at_a_course_that_was_passed_counts_only_where_every_one_does():
    record = entry("A", "6", "8", term="2024-2"), failed("A", "6", "4")

    assert mean(*record, fails=Fails.LAST) == (Decimal(8), Decimal(6))
    assert mean(*record, fails=Fails.EVERY) == (Decimal(6), Decimal(12))


def test_groups_and_marks_are_left_out():
    record = entry("A", "6", "8"), entry("B", "6", "5", tags=("experience",)), entry("C", "6", "5", marks=("resit",))

    assert mean(*record, without_tags=("experience",), without_marks=("resit",)) == (Decimal(8), Decimal(6))


def test_the_method_is_told_in_words():
    method = MeanMethod(decimals=2, fails=Fails.LAST, source={"en": "Real Decreto 22/2015"})

    words = [str(sentence) for sentence in mean_in_words(method, ES_10, tags=("practice",))]

    assert words[0].startswith("Weighted by credits, on this scale: Spanish scale, 0 to 10")
    assert words[1] == "A course that is not passed counts with its last failing grade."
    assert "Courses of these groups are not in it: practice." in words
    assert len(mean_in_words(MeanMethod(decimals=0), CN_100)) == 3
