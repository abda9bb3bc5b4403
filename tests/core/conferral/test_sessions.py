"""What a session may decide on a student: everything that is in the way is said, by name."""

import datetime as dt
from dataclasses import replace

import pytest

from dualdegree.core.conferral.sessions import (
    Candidate,
    EntryWanted,
    SessionResult,
    SessionRules,
    counted,
    in_order,
    objections,
    refuse_impossible_session,
)
from dualdegree.core.conferral.steps import DegreeProgress, DegreeStep
from dualdegree.core.refusal import Refusal
from tests.core.conferral.test_numbers import REGISTER

ON = dt.date(2026, 7, 10)
RULES = SessionRules(
    order=(DegreeStep.REQUIREMENTS, DegreeStep.APPLICATION, DegreeStep.GRADUATION, DegreeStep.DECISION), number=REGISTER
)
DONE = DegreeProgress(met=True, applied_on=dt.date(2026, 7, 1), graduated_on=dt.date(2026, 7, 2))
MEI = Candidate(name={"en": "Lin, Mei"}, progress=DONE, met_from=dt.date(2026, 6, 30))
CONFER = EntryWanted(result=SessionResult.CONFERRED, number="2026/000001")


def said(wanted=CONFER, candidate=MEI, rules=RULES, on=ON):
    return [str(message) for message in objections(wanted, candidate, rules, on)]


def with_progress(**changes):
    return replace(MEI, progress=replace(DONE, **changes))


def test_who_has_taken_every_step_may_be_conferred_the_degree():
    assert said() == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"met": False}, "Lin, Mei: the requirements of the degree are not met today; take the student out."),
        ({"applied_on": None}, "Lin, Mei has not applied for the degree; take the student out until then."),
        (
            {"leads_to_degree": False},
            "Lin, Mei has not graduated in a way that leads to the degree; enter the graduation first.",
        ),
        ({"conferred_on": dt.date(2026, 7, 3)}, "The degree of Lin, Mei is conferred already, on 2026-07-03."),
    ],
)
def test_a_step_that_is_missing_or_taken_already_is_said(changes, sentence):
    assert said(candidate=with_progress(**changes)) == [sentence]


def test_no_session_lies_before_the_days_on_which_it_rests():
    assert said(on=dt.date(2026, 6, 1)) == [
        "Lin, Mei: the requirements were met on 2026-06-30, after the day of the session; correct that day.",
        "Lin, Mei applied on 2026-07-01, after the day of the session; correct one of the two days.",
        "Lin, Mei graduated on 2026-07-02, after the day of the session; correct one of the two days.",
    ]


def test_no_session_is_of_a_day_that_has_not_come():
    with pytest.raises(Refusal, match="has not come yet"):
        refuse_impossible_session(ON, today=dt.date(2026, 7, 9))
    refuse_impossible_session(ON, today=ON)


def test_the_agreement_says_who_confers_first():
    assert in_order("north", "south", {"north": False, "south": False}) == "north"
    assert in_order("north", "south", {"north": True, "south": False}) is None
    assert in_order("north", "north", {"north": False}) is None
    assert in_order(None, "south", {"north": False}) is None
    assert said(candidate=replace(MEI, first={"en": "Northlake"})) == [
        "By the agreement Northlake confers its degree on Lin, Mei first, and has not yet."
    ]


def test_who_studies_at_one_university_alone_waits_for_no_other():
    assert in_order("north", "south", {"south": False}) is None


def test_a_degree_is_not_refused_without_a_hearing_and_a_reason():
    refuse = EntryWanted(result=SessionResult.REFUSED)

    assert said(refuse) == [
        "Lin, Mei has not been heard: give notice with the grounds, and wait for the statement or for the end of the time.",
        "Say why, for Lin, Mei.",
    ]
    assert said(replace(refuse, reason="Plagiarism"), replace(MEI, was_heard=True)) == []


def test_postponing_needs_a_reason_and_nothing_else():
    assert said(EntryWanted(result=SessionResult.POSTPONED), with_progress(met=False)) == ["Say why, for Lin, Mei."]
    assert said(EntryWanted(result=SessionResult.POSTPONED, reason="Papers"), with_progress(met=False)) == []


def test_a_number_is_there_fits_and_is_nobody_elses():
    assert said(replace(CONFER, number="")) == ["Lin, Mei needs a number: register number."]
    assert said(replace(CONFER, number="2025/000001")) == [
        "Lin, Mei: In the number 2025/000001, the year is 2025 and has to be 2026."
    ]
    assert said(candidate=replace(MEI, taken_by={"en": "Otieno, Achieng"})) == [
        "Lin, Mei: the number 2026/000001 belongs to Otieno, Achieng already."
    ]


def test_a_number_that_was_written_wrongly_is_put_right_by_a_later_session():
    conferred = with_progress(conferred_on=dt.date(2025, 7, 3))
    correct = EntryWanted(result=SessionResult.CORRECTED, number="2025/000002", reason="A digit was wrong")

    assert said(correct, conferred) == []
    assert said(correct, MEI) == [
        "Lin, Mei holds no degree of this institution that could be corrected or annulled.",
        "Lin, Mei: In the number 2025/000002, the year is 2025 and has to be 2026.",
    ]


def test_what_was_conferred_is_taken_back_only_after_a_hearing():
    annul = EntryWanted(result=SessionResult.ANNULLED, reason="A forged certificate")
    conferred = with_progress(conferred_on=dt.date(2026, 7, 3))

    assert len(said(annul, conferred)) == 1
    assert said(annul, replace(conferred, was_heard=True)) == []


def test_results_are_counted_in_order():
    results = [SessionResult.POSTPONED, SessionResult.CONFERRED, SessionResult.CONFERRED]

    assert counted(results) == {SessionResult.CONFERRED: 2, SessionResult.POSTPONED: 1}
