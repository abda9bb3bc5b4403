"""Requirements, application, graduation and degree are separate steps, in each institution's own order."""

import datetime as dt

from dualdegree.core.conferral.steps import DegreeProgress, DegreeStep, awaited, missing_before

R, A, G, D = DegreeStep.REQUIREMENTS, DegreeStep.APPLICATION, DegreeStep.GRADUATION, DegreeStep.DECISION
CHINESE, SPANISH = (R, A, G, D), (R, A, D)
DAY = dt.date(2026, 6, 30)


def test_who_has_met_the_requirements_has_not_applied_graduated_or_a_degree():
    progress = DegreeProgress(met=True)

    assert [step for step in CHINESE if progress.has_taken(step)] == [R]
    assert awaited(CHINESE, progress) is A


def test_a_graduation_is_no_degree():
    progress = DegreeProgress(met=True, applied_on=DAY, graduated_on=DAY)

    assert awaited(CHINESE, progress) is D


def test_a_completion_without_graduation_does_not_lead_to_the_degree():
    progress = DegreeProgress(met=True, applied_on=DAY, graduated_on=DAY, leads_to_degree=False)

    assert missing_before(D, CHINESE, progress) is G


def test_an_institution_without_a_graduation_waits_for_none():
    progress = DegreeProgress(met=True, applied_on=DAY)

    assert missing_before(D, SPANISH, progress) is None
    assert missing_before(D, CHINESE, progress) is G


def test_nobody_can_apply_before_the_requirements_are_met():
    assert missing_before(A, SPANISH, DegreeProgress()) is R
    assert missing_before(A, SPANISH, DegreeProgress(met=True)) is None


def test_a_step_that_the_institution_does_not_have_waits_for_the_requirements_alone():
    assert missing_before(G, SPANISH, DegreeProgress()) is R


def test_what_is_conferred_waits_for_nothing_though_the_record_is_another_by_now():
    assert awaited(SPANISH, DegreeProgress(met=False, applied_on=DAY, conferred_on=DAY)) is None
