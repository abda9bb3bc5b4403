"""Grade scales: what registers write, what it means, and what becomes of it on the other side."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualdegree.core.grades import (
    CN_100,
    ES_10,
    SCALES,
    ImpossibleGrade,
    convert,
    grade_points,
    legend,
    level_of,
    mean,
    read_grade,
)


@pytest.mark.parametrize(("text", "value"), [("85", "85"), ("85.5", "85.5"), ("60", "60"), ("100", "100")])
def test_a_chinese_figure_from_60_passes(text, value):
    grade = read_grade(CN_100, text)

    assert (grade.value, grade.passed, grade.level) == (Decimal(value), True, None)


@pytest.mark.parametrize("text", ["0", "59", "59.9"])
def test_a_chinese_figure_below_60_fails(text):
    assert not read_grade(CN_100, text).passed


@pytest.mark.parametrize(("level", "value"), [("优", "95"), ("良", "85"), ("中", "75"), ("及格", "65"), ("优秀", "95")])
def test_a_chinese_level_arrives_as_its_representative_value(level, value):
    grade = read_grade(CN_100, level)

    assert (grade.value, grade.passed, grade.ungraded) == (Decimal(value), True, False)


def test_pass_and_fail_bear_no_figure():
    passed, failed = read_grade(CN_100, "通过"), read_grade(CN_100, "不通过")

    assert (passed.value, passed.passed, passed.ungraded) == (None, True, True)
    assert (failed.value, failed.passed, failed.ungraded) == (None, False, False)


def test_a_failing_level_bears_no_figure():
    assert read_grade(CN_100, "不及格").value is None
    assert read_grade(ES_10, "", "SS").value is None


@pytest.mark.parametrize(
    ("text", "label", "passed"),
    [("4.9", "SS", False), ("5.0", "AP", True), ("6.9", "AP", True), ("7.0", "NT", True), ("9.0", "SB", True)],
)
def test_a_spanish_figure_agrees_with_its_label(text, label, passed):
    assert read_grade(ES_10, text, label).passed is passed


def test_with_honours_is_a_mention_on_top_of_the_figure():
    grade = read_grade(ES_10, "9.7", "MH")

    assert (grade.value, grade.mention) == (Decimal("9.7"), "MH")
    assert read_grade(ES_10, "9.7", "SB").mention is None


@pytest.mark.parametrize(("label", "value"), [("AP", "5.5"), ("NT", "7.5"), ("SB", "9"), ("MH", "10"), ("Apto", None)])
def test_a_spanish_label_alone_has_a_representative_value(label, value):
    grade = read_grade(ES_10, "", label)

    assert (grade.value, grade.passed) == (None if value is None else Decimal(value), True)


def test_blanks_and_case_of_a_label_do_not_matter():
    assert not read_grade(ES_10, "", " no  APTO ").passed


@pytest.mark.parametrize(
    ("scale", "text", "label", "reason"),
    [
        (CN_100, "101", "", "101 is not between 0 and 100."),
        (CN_100, "-1", "", '"-1" is not a grade'),
        (CN_100, "1e1", "", '"1e1" is not a grade'),
        (CN_100, "NaN", "", '"NaN" is not a grade'),
        (CN_100, "85.555", "", "85.555 has too many decimals; the scale allows 2."),
        (CN_100, "九十", "", '"九十" is not a grade: write 0 to 100 or one of 优, 良, 中, 及格, 不及格, 通过, 不通过.'),
        (CN_100, "", "", "There is no grade here"),
        (ES_10, "10.5", "", "10.5 is not between 0 and 10."),
        (ES_10, "8.25", "", "8.25 has too many decimals; the scale allows 1."),
        (ES_10, "4.9", "AP", "4.9 and AP do not go together"),
        (ES_10, "8.9", "MH", "8.9 and MH do not go together"),
        (ES_10, "7.0", "No apto", "7.0 and No apto do not go together"),
        (ES_10, "8.0", "Bien", '"Bien" is not a grade'),
        (ES_10, "NT", "SB", "NT and SB do not go together"),
    ],
)
def test_what_no_scale_has_is_refused_in_words(scale, text, label, reason):
    with pytest.raises(ImpossibleGrade) as refused:
        read_grade(scale, text, label)

    assert str(refused.value.reason).startswith(reason)


def test_a_refusal_says_whether_the_label_is_to_blame():
    with pytest.raises(ImpossibleGrade) as of_label:
        read_grade(ES_10, "4.9", "AP")
    with pytest.raises(ImpossibleGrade) as of_figure:
        read_grade(ES_10, "11", "NT")

    assert (of_label.value.in_label, of_figure.value.in_label) == (True, False)


@pytest.mark.parametrize(
    ("value", "expected"), [("100", "10"), ("80", "7.5"), ("60", "5"), ("95", "9.4"), ("59", "4.9")]
)
def test_chinese_figures_convert_to_spanish_ones_by_the_linear_form(value, expected):
    assert convert(Decimal(value), CN_100, ES_10) == Decimal(expected)


def test_a_near_miss_stays_a_fail_when_converted():
    assert convert(Decimal("59.99"), CN_100, ES_10) == Decimal("4.9")


scales = st.sampled_from(sorted(SCALES)).map(SCALES.__getitem__)


@st.composite
def figures(draw, scale):
    steps = int((scale.highest - scale.lowest).scaleb(scale.places))
    return scale.lowest + Decimal(draw(st.integers(0, steps))).scaleb(-scale.places)


@given(st.data(), scales, scales)
def test_every_figure_converts_and_higher_never_converts_to_lower(data, source, target):
    lower, higher = sorted([data.draw(figures(source)), data.draw(figures(source))])

    assert target.lowest <= convert(lower, source, target) <= convert(higher, source, target) <= target.highest


@given(st.data(), scales, scales)
def test_a_fail_never_becomes_a_pass_nor_a_pass_a_fail(data, source, target):
    value = data.draw(figures(source))

    assert (value >= source.pass_mark) == (convert(value, source, target) >= target.pass_mark)


@given(st.data(), scales)
def test_every_figure_has_a_level_that_tells_pass_from_fail(data, scale):
    value = data.draw(figures(scale))

    assert level_of(scale, value).passed == (value >= scale.pass_mark) == read_grade(scale, str(value)).passed


@pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)
def test_a_level_passes_exactly_when_its_representative_value_does(scale):
    for level in scale.levels:
        if level.value is not None:
            assert level.passed == (level.value >= scale.pass_mark)
            assert level.lowest <= level.value <= level.highest


@pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)
def test_no_word_stands_for_two_levels(scale):
    names = [name for level in scale.levels for name in level.names]

    assert len(names) == len(set(names))


def test_the_legend_tells_each_word_and_its_band():
    first, *_, last = legend(ES_10)

    assert (first.name, first.band, last.name, last.band, last.passed) == ("MH", "9–10", "No apto", "", False)


@pytest.mark.parametrize(
    ("value", "points"),
    [
        ("90", "3.8125"),
        ("85", "3.578125"),
        ("80", "3.25"),
        ("75", "2.828125"),
        ("70", "2.3125"),
        ("60", "1"),
        ("59.9", "0"),
    ],
)
def test_grade_points_follow_the_published_curve(value, points):
    assert grade_points(read_grade(CN_100, value)) == Decimal(points)


@pytest.mark.parametrize(
    ("level", "points"), [("优", "4"), ("良", "3.5"), ("中", "2.8"), ("及格", "1.7"), ("不及格", "0")]
)
def test_a_level_has_points_of_its_own(level, points):
    assert grade_points(read_grade(CN_100, level)) == Decimal(points)


def test_a_pass_without_grade_stays_out_of_the_points():
    assert grade_points(read_grade(CN_100, "通过")) is None


def test_a_mean_weighs_by_credits():
    assert mean([(Decimal(6), Decimal("8.0")), (Decimal(3), Decimal("5.0"))]) == Decimal(7)
    assert mean([]) is None
