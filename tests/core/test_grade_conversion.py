"""Grade conversion: fixed tables, the linear rule, ECTS grading tables; a proposal that shows its working."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualdegree.core.grades import (
    CN_100,
    ES_10,
    SCALES,
    Conversion,
    FixedTable,
    GradeChoice,
    Grading,
    GradingTable,
    Linear,
    MethodRow,
    Statistical,
    UnsoundConversion,
    WithoutGrade,
    check_conversion,
    converted,
)

BEIHANG, UPV = "buaa.edu.cn", "upv.es"
GROUP = {"field": "0613", "cycle": "7", "years": (2024, 2025)}


def rows(*pairs):
    return FixedTable(rows=tuple(MethodRow(at_least=Decimal(low), grade=Decimal(grade)) for low, grade in pairs))


BANDS = rows(("95", "10"), ("90", "9"), ("80", "7.5"), ("60", "5"))


def by_shares(choose, smallest=1, years=2, otherwise=None):
    return Statistical(
        field="0613", cycle="7", choose=choose, smallest=smallest, years=years, otherwise=otherwise or Linear()
    )


# 40 % have 90 or better, 80 % have 80 or better, all have 60 or better.
HOST = GradingTable.counting(CN_100, {Decimal(90): 40, Decimal(80): 40, Decimal(60): 20}, institution=BEIHANG, **GROUP)
# 10 % have 10, 50 % have 9 or better, 90 % have 7 or better, all have 5 or better.
HOME = GradingTable.counting(
    ES_10, {Decimal(10): 10, Decimal(9): 40, Decimal(7): 40, Decimal(5): 10}, institution=UPV, **GROUP
)


def by_tables(value, choose, host=HOST, home=HOME, **settings):
    return converted(Decimal(value), by_shares(choose, **settings), CN_100, ES_10, (host, home))


@pytest.mark.parametrize(("value", "grade"), [("100", "10"), ("95", "10"), ("94.5", "9"), ("80", "7.5"), ("60", "5")])
def test_a_fixed_table_gives_the_grade_of_its_line(value, grade):
    assert converted(Decimal(value), BANDS, CN_100, ES_10).grade == Decimal(grade)


def test_a_fixed_table_converts_no_fail():
    assert converted(Decimal("59.9"), BANDS, CN_100, ES_10).grade is None


@pytest.mark.parametrize(("value", "grade"), [("100", "10"), ("80", "7.5"), ("60", "5"), ("59", "4.9")])
def test_the_linear_rule_shows_the_figures_of_its_form(value, grade):
    conversion = converted(Decimal(value), Linear(), CN_100, ES_10)

    assert conversion.grade == Decimal(grade)
    assert value in str(conversion.steps[0])
    assert grade in str(conversion.steps[0])


@pytest.mark.parametrize(
    ("value", "choose", "grade"),
    [
        # [0, 40 %) at UPV: 10 % have 10, 30 % have 9.
        ("90", GradeChoice.MAXIMUM, "10"),
        ("90", GradeChoice.MINIMUM, "9"),
        ("90", GradeChoice.AVERAGE, "9.3"),  # (10 x 10 + 30 x 9) / 40 = 9.25
        # [40 %, 80 %): 10 % have 9, 30 % have 7.
        ("80", GradeChoice.MAXIMUM, "9"),
        ("80", GradeChoice.MINIMUM, "7"),
        ("80", GradeChoice.AVERAGE, "7.5"),
        # [80 %, 100 %): 10 % have 7, 10 % have 5.
        ("60", GradeChoice.AVERAGE, "6"),
        # Nobody has 85: its place is the 40 % at which 80 begins, within the share of 9.
        ("85", GradeChoice.MINIMUM, "9"),
        # Better than everybody.
        ("99", GradeChoice.MINIMUM, "10"),
    ],
)
def test_a_grading_table_finds_the_grades_with_the_same_place(value, choose, grade):
    assert by_tables(value, choose).grade == Decimal(grade)


def test_whoever_passed_below_everybody_receives_the_last_passing_grade():
    host = GradingTable.counting(CN_100, {Decimal(90): 60}, institution=BEIHANG, **GROUP)

    assert by_tables("61", GradeChoice.MAXIMUM, host=host).grade == 5


def test_the_working_tells_the_shares_of_both_sides_and_the_choice():
    conversion = by_tables("80", GradeChoice.MINIMUM)

    assert [str(step) for step in conversion.steps] == [
        (
            "Of the 100 passing grades of buaa.edu.cn from 2024 to 2026, 40 % are better than 80, and 80 % are as good or "
            "better."
        ),
        "Among the 100 passing grades of upv.es that place reaches from 9 down to 7.",
        "The agreement takes the lowest of them: 7.",
    ]
    assert conversion.tables == (HOST.digest, HOME.digest)


def test_a_table_that_is_too_small_gives_way_to_the_method_that_was_named():
    conversion = by_tables("80", GradeChoice.MINIMUM, smallest=101)

    assert (conversion.grade, conversion.method) == (Decimal("7.5"), Linear())
    assert "has 100 passing grades, fewer than 101" in str(conversion.steps[0])


def test_a_table_of_one_year_gives_way_as_well():
    young = GradingTable.counting(CN_100, {Decimal(90): 60}, institution=BEIHANG, field="0613", cycle="7", years=[2025])

    conversion = by_tables("90", GradeChoice.AVERAGE, host=young, otherwise=WithoutGrade())

    assert (conversion.grade, conversion.method) == (None, WithoutGrade())


def test_a_missing_table_gives_way_as_well():
    assert by_tables("80", GradeChoice.AVERAGE, host=None).method == Linear()


def test_recognition_without_grade_keeps_the_original_beside_nothing():
    conversion = converted(Decimal(80), WithoutGrade(), CN_100, ES_10)

    assert (conversion.grade, conversion.original, conversion.scale) == (None, 80, "cn-100")


def test_a_pass_without_a_figure_has_no_grade_by_any_method():
    assert {converted(None, method, CN_100, ES_10).grade for method in (Linear(), BANDS, WithoutGrade())} == {None}


def test_failing_grades_are_left_out_of_a_grading_table():
    table = GradingTable.counting(CN_100, {Decimal(90): 2, Decimal(50): 7}, institution=BEIHANG, **GROUP)

    assert table.counts == ((90, 2),)


def test_the_digest_of_a_table_depends_on_its_figures_alone():
    again = GradingTable.counting(
        CN_100, [(Decimal("60.0"), 20), (Decimal(80), 40), (Decimal(90), 40)], institution=BEIHANG, **GROUP
    )
    other = GradingTable.counting(CN_100, {Decimal(90): 41}, institution=BEIHANG, **GROUP)

    assert again.digest == HOST.digest != other.digest


def test_the_agreement_chooses_for_each_direction_and_linear_where_it_is_silent():
    chosen = Conversion(origin=BEIHANG, into=UPV, method=WithoutGrade())
    grading = Grading(scales={BEIHANG: CN_100, UPV: ES_10}, agreed=(chosen,))

    assert grading.convert(Decimal(80), BEIHANG, UPV).grade is None
    assert grading.convert(Decimal("7.5"), UPV, BEIHANG).grade == 80


def test_the_latest_table_of_the_group_is_used():
    old = GradingTable.counting(ES_10, {Decimal(5): 100}, institution=UPV, field="0613", cycle="7", years=(2020, 2021))
    other = GradingTable.counting(
        ES_10, {Decimal(6): 100}, institution=UPV, field="0714", cycle="7", years=(2024, 2025)
    )
    chosen = Conversion(origin=BEIHANG, into=UPV, method=by_shares(GradeChoice.MAXIMUM))
    grading = Grading(scales={BEIHANG: CN_100, UPV: ES_10}, agreed=(chosen,), tables=(old, HOST, HOME, other))

    assert grading.convert(Decimal(90), BEIHANG, UPV).grade == 10


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (rows(("95", "10"), ("70", "5")), "must begin at the pass mark, 60"),
        (rows(("95", "9"), ("60", "5")), "must give the highest grade, 10"),
        (rows(("95", "10"), ("60", "4.9")), "4.9 is no passing grade"),
        (rows(("95", "10"), ("80", "7.55"), ("60", "5")), "7.55 is no passing grade"),
    ],
)
def test_a_fixed_table_that_does_not_fit_the_scales_is_refused(table, reason):
    with pytest.raises(UnsoundConversion, match=reason):
        check_conversion(by_shares(GradeChoice.AVERAGE, otherwise=table), CN_100, ES_10)


scales = st.sampled_from(sorted(SCALES)).map(SCALES.__getitem__)


def figures(scale, low=None):
    low = scale.lowest if low is None else low
    steps = int((scale.highest - low).scaleb(scale.places))
    return st.integers(0, steps).map(lambda at: low + Decimal(at).scaleb(-scale.places))


def passes(scale):
    return figures(scale, scale.pass_mark)


@st.composite
def tables(draw, source, target):
    least = sorted(draw(st.sets(passes(source), max_size=5)) | {source.pass_mark}, reverse=True)
    grades = sorted(draw(st.lists(passes(target), min_size=len(least), max_size=len(least))), reverse=True)
    return FixedTable(
        rows=tuple(
            MethodRow(at_least=low, grade=grade)
            for low, grade in zip(least, [target.highest, *grades[1:]], strict=True)
        )
    )


def grading_tables(scale, institution):
    counts = st.dictionaries(passes(scale), st.integers(1, 30), min_size=1, max_size=8)
    return counts.map(lambda counted: GradingTable.counting(scale, counted, institution=institution, **GROUP))


@st.composite
def ways(draw, source, target):
    """A method, and the grading tables of both sides."""
    method = draw(
        st.one_of(
            st.just(Linear()),
            tables(source, target),
            st.sampled_from(GradeChoice).map(by_shares),
            st.just(WithoutGrade()),
        )
    )
    return method, (draw(grading_tables(source, BEIHANG)), draw(grading_tables(target, UPV)))


@given(st.data(), scales, scales)
def test_no_method_gives_a_better_grade_a_lower_one(data, source, target):
    method, held = data.draw(ways(source, target))
    lower, higher = sorted([data.draw(passes(source)), data.draw(passes(source))])

    low, high = (converted(value, method, source, target, held).grade for value in (lower, higher))

    assert (low is None and high is None) or low <= high


@given(st.data(), scales, scales)
def test_no_method_makes_a_fail_a_pass_or_a_pass_a_fail(data, source, target):
    method, held = data.draw(ways(source, target))
    value = data.draw(figures(source))

    grade = converted(value, method, source, target, held).grade

    if grade is not None:
        assert (grade >= target.pass_mark) == (value >= source.pass_mark)
        assert grade == round(grade, target.places)


@given(st.data(), scales, scales)
def test_fixed_and_linear_methods_take_top_to_top(data, source, target):
    method = data.draw(st.one_of(st.just(Linear()), tables(source, target)))
    check_conversion(method, source, target)

    assert converted(source.highest, method, source, target).grade == target.highest
