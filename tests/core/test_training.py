"""The law of placements: checklists of two institutions, evaluations of two mentors, panels, hours, dual training."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from dualdegree.core.refusal import Refusal
from dualdegree.core.training.checklist import (
    Anchor,
    ChecklistItem,
    ChecklistRule,
    ItemState,
    PlacementFacts,
    checked,
    is_complete,
    months,
    weeks,
)
from dualdegree.core.training.dual import DualFacts, DualRule, watched
from dualdegree.core.training.evaluation import (
    Evaluation,
    EvaluationForm,
    FormLevel,
    PanelMember,
    PanelRule,
    refuse_panel,
    standing,
)
from dualdegree.core.training.hours import Workload, refuse_hours, refuse_overlap
from dualdegree.core.training.parties import TrainingParty
from dualdegree.core.training.periods import TrainingPeriod

SPRING = TrainingPeriod(first=dt.date(2026, 3, 2), last=dt.date(2026, 4, 10))
LEVELS = tuple(
    FormLevel(key=key, words={"en": key}, grade=grade, passes=passes)
    for key, grade, passes in (("excellent", "优", True), ("good", "良", True), ("failed", "不及格", False))
)
FIGURES, WORDS = EvaluationForm(title={"en": "Report"}), EvaluationForm(title={"en": "鉴定表"}, levels=LEVELS)
MEMBERS = tuple(PanelMember(name=name, from_enterprise=outside) for name, outside in
                (("Wu", True), ("Li", True), ("He", False)))  # fmt: skip


def facts(days=None, **more):
    return PlacementFacts(period=SPRING, abroad=False, days=days or {}, **more)


def one_line(rule, given, today):
    (line,) = checked((rule,), given, today)
    return line


def test_a_tick_is_open_until_its_day_and_then_overdue():
    insured = ChecklistRule(item=ChecklistItem.INSURANCE, days=-1, after=Anchor.START)

    assert one_line(insured, facts(), dt.date(2026, 3, 1)).state is ItemState.OPEN
    assert one_line(insured, facts(), dt.date(2026, 3, 2)).state is ItemState.OVERDUE
    assert one_line(insured, facts({"insurance": dt.date(2026, 2, 20)}), dt.date(2026, 3, 2)).state is ItemState.DONE


def test_a_log_is_due_for_each_week_and_names_the_first_that_lacks():
    assert [name for name, _ in weeks(SPRING)] == [
        "2026-W10",
        "2026-W11",
        "2026-W12",
        "2026-W13",
        "2026-W14",
        "2026-W15",
    ]

    line = one_line(
        ChecklistRule(item=ChecklistItem.LOG, days=3),
        facts({"log:2026-W10": dt.date(2026, 3, 8)}),
        dt.date(2026, 3, 20),
    )

    assert (line.done, line.parts, line.what, line.due) == (1, 6, "2026-W11", dt.date(2026, 3, 18))
    assert line.state is ItemState.OVERDUE
    assert line.who == (TrainingParty.STUDENT,)


def test_a_report_waits_for_the_mentor_who_has_not_read_it():
    read = {f"read:{month}:enterprise_mentor": dt.date(2026, 4, 1) for month, _ in months(SPRING)}

    line = one_line(ChecklistRule(item=ChecklistItem.READINGS, days=14), facts(read), dt.date(2026, 4, 2))

    assert (line.who, line.what, line.done, line.parts) == ((TrainingParty.UNIVERSITY_MENTOR,), "2026-03", 2, 4)


def test_approvals_wait_for_whoever_is_next_and_are_due_earlier_abroad():
    rule = ChecklistRule(item=ChecklistItem.APPROVALS, days=-10, abroad=-30, after=Anchor.START)
    order = (TrainingParty.STUDENT, TrainingParty.REGISTRAR)
    given = PlacementFacts(
        period=SPRING, abroad=True, days={}, approvals=order, approved={TrainingParty.STUDENT: dt.date(2026, 1, 5)}
    )

    line = one_line(rule, given, dt.date(2026, 1, 6))

    assert (line.due, line.who) == (dt.date(2026, 1, 31), (TrainingParty.REGISTRAR,))


def test_opinions_are_due_some_days_after_the_summary():
    rule = ChecklistRule(item=ChecklistItem.OPINIONS, days=14, after=Anchor.SUMMARY)

    line = one_line(rule, facts({"summary": dt.date(2026, 4, 20)}), dt.date(2026, 4, 21))

    assert line.due == dt.date(2026, 5, 4)


def test_one_placement_ends_for_one_law_and_not_for_the_other():
    done = facts({"summary": dt.date(2026, 4, 20)})
    spanish, chinese = (ChecklistRule(item=ChecklistItem.SUMMARY),), (ChecklistRule(item=ChecklistItem.PANEL),)

    assert is_complete(checked(spanish, done, dt.date(2026, 5, 1)))
    assert not is_complete(checked(chinese, done, dt.date(2026, 5, 1)))


def test_the_lawful_graders_value_counts_and_the_other_stands_beside_it():
    given = {
        TrainingParty.ENTERPRISE_MENTOR: Evaluation(by=TrainingParty.ENTERPRISE_MENTOR, aspects={}, overall="9.5"),
        TrainingParty.UNIVERSITY_MENTOR: Evaluation(by=TrainingParty.UNIVERSITY_MENTOR, aspects={}, overall="8"),
    }

    stands = standing(given, dict.fromkeys(given, FIGURES), TrainingParty.UNIVERSITY_MENTOR)

    assert stands.counts.overall == "8"
    assert [str(words) for _, words in stands.beside] == ["It is 1.5 points above the value that counts."]


def test_grades_in_words_are_compared_by_steps_and_never_with_figures():
    given = {
        TrainingParty.ENTERPRISE_MENTOR: Evaluation(by=TrainingParty.ENTERPRISE_MENTOR, aspects={}, overall="good"),
        TrainingParty.PANEL: Evaluation(by=TrainingParty.PANEL, aspects={}, overall="excellent"),
        TrainingParty.UNIVERSITY_MENTOR: Evaluation(by=TrainingParty.UNIVERSITY_MENTOR, aspects={}, overall="7"),
    }
    forms = {
        TrainingParty.ENTERPRISE_MENTOR: WORDS,
        TrainingParty.PANEL: WORDS,
        TrainingParty.UNIVERSITY_MENTOR: FIGURES,
    }

    below, apart = (str(words) for _, words in standing(given, forms, TrainingParty.PANEL).beside)

    assert below == "It is below the value that counts; grades apart: 1."
    assert apart.startswith("Both forms grade differently")


def test_a_form_takes_only_what_it_knows():
    assert FIGURES.read("8,5") == "8.5"
    for wrong in ("11", "8.55", "-1", "nan", "good", ""):
        with pytest.raises(Refusal, match="from 0 to 10"):
            FIGURES.read(wrong)
    with pytest.raises(Refusal, match="one of the grades of the form"):
        WORDS.read("9")


def test_what_fails_on_the_form_fails():
    assert not WORDS.passes("failed")
    assert not FIGURES.passes("4.9")
    assert FIGURES.passes("5")


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        (MEMBERS[:2], "at least 3 members; 2 are named"),
        ((*MEMBERS, PanelMember(name="Xu", from_enterprise=False)), "At least 2/3 of a panel .* 2 of 4"),
        ((*MEMBERS, PanelMember(name=" wu", from_enterprise=True)), "named twice"),
    ],
)
def test_a_panel_has_two_thirds_from_enterprises(members, reason):
    rule = PanelRule(least=3, from_enterprises=Fraction(2, 3))

    refuse_panel(MEMBERS, rule)

    with pytest.raises(Refusal, match=reason):
        refuse_panel(members, rule)


def work(weekly="40", total="200", period=SPRING):
    return Workload(name={"en": "Works"}, period=period, weekly=Decimal(weekly), total=Decimal(total))


def test_nobody_works_more_than_the_institution_allows():
    refuse_hours(work(), Decimal(40))

    with pytest.raises(Refusal, match="41 hours a week are more than the 40"):
        refuse_hours(work("41"), Decimal(40))
    with pytest.raises(Refusal, match="300 hours do not fit into these weeks at 40"):
        refuse_hours(work(total="300"), Decimal(40))


def test_two_half_placements_fit_into_a_week_and_two_full_ones_do_not():
    refuse_overlap(work("20"), [work("20")], Decimal(40))

    with pytest.raises(Refusal, match="from 2026-03-02 to 2026-04-10 for 40 hours a week"):
        refuse_overlap(work("20"), [work()], Decimal(40))


DUAL = DualRule(
    name={"en": "Dual mention"},
    source={"en": "RD 822/2021, art. 22"},
    least=Decimal(25),
    most=Decimal(50),
    leave_until=Decimal(50),
    paid=True,
    thesis="thesis",
    total=Decimal(120),
)


def dual(passed="0", *, placements="30", paid=True):
    credits_ = DualFacts(placements=Decimal(placements), thesis=Decimal(12), passed=Decimal(passed), paid=paid)
    return watched(DUAL, credits_)


def test_dual_training_stays_within_its_share_of_the_degree():
    assert [shape for shape, _ in dual().lines] == ["met", "info"]
    assert str(dual().lines[0][1]).startswith("42 of 120 credits are done in dual training, thesis included: 35 %")
    assert dual(placements="60").lines[0][0] == "unmet"
    assert dual(paid=False).lines[-1][0] == "unmet"


def test_one_leaves_the_dual_route_while_at_most_half_of_it_is_passed():
    assert dual("21").may_leave
    assert not dual("21.5").may_leave
