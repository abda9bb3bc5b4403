"""The way of a student to each degree: requirements met, application, graduation, and what each waits for."""

import datetime as dt

import pytest
import sqlalchemy as sa

from dualdegree import events
from dualdegree.audit.dossiers import dossiers
from dualdegree.audit.models import LatestAudit
from dualdegree.audit.service import Include, audits
from dualdegree.conferral.degrees import errands, hearings, service
from dualdegree.core.conferral.steps import DegreeStep
from dualdegree.core.policy import NotAllowed
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.messages.models import Notice
from tests.conferral.deciding import TODAY, apply, confer, days, graduate, heard, notify, way
from tests.graduates import ALSO_READY, LATER, READY, SHORT
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH


def notices(graduates, subject):
    texts = graduates.session.scalars(sa.select(Notice).order_by(Notice.id))
    return [notice for notice in texts if subject in str(notice.subject)]


def acts(graduates, where):
    entries = events.history(graduates.session, graduates.student().subject)
    return [event.act for event in reversed(entries) if event.institution_id == where]


def audit(graduates, at):
    (audited,) = audits(
        graduates.session, dossiers(graduates.session, [graduates.student(SHORT).id]).values(), Include.OFFICIAL, at
    ).values()
    return audited


def test_each_side_keeps_the_day_on_which_it_was_first_found_met(graduates):
    first = audit(graduates, NOW)
    graduates.changed("grades", SOUTH, "S202;S4", "3,0", "7,0", at=LATER)
    second = audit(graduates, LATER)
    third = audit(graduates, days(3))

    assert list(first.met.values()) == [True, False]
    row = graduates.session.scalars(
        sa.select(LatestAudit).where(LatestAudit.student_id == first.question.student)
    ).one()
    assert (row.first_met_since, row.second_met_since, row.second_unmet_until) == (NOW, LATER, NOW)
    assert [second.side_met_since(side).begin_seen for side in second.question.dossier.sides] == [False, True]
    assert [third.side_met_since(side).since for side in third.question.dossier.sides] == [NOW, LATER]


def test_who_has_met_the_requirements_can_apply_to_each_university_by_itself(graduates):
    apply(graduates, where=SOUTH)

    assert way(graduates, where=SOUTH).awaits is DegreeStep.DECISION
    assert way(graduates, where=NORTH).awaits is DegreeStep.APPLICATION
    assert acts(graduates, NORTH) == acts(graduates, SOUTH) == ["degree applied for"]


def test_applying_again_is_harmless_and_an_application_can_be_withdrawn(graduates):
    apply(graduates)
    apply(graduates)
    service.withdraw_application(graduates.session, graduates.actor("mei"), graduates.student(), SOUTH, LATER)
    service.withdraw_application(graduates.session, graduates.actor("mei"), graduates.student(), SOUTH, LATER)

    assert acts(graduates, SOUTH) == ["degree applied for", "degree application withdrawn"]
    assert way(graduates).awaits is DegreeStep.APPLICATION


def test_nobody_applies_before_the_requirements_are_met(graduates):
    graduates.changed("grades", SOUTH, "S201;S4", "9,1", "3,0")

    with pytest.raises(Refusal, match="An application is open once the requirements of this degree are met"):
        apply(graduates)


def test_nobody_applies_but_the_student_and_the_registrar_who_has_it_on_paper(graduates):
    with pytest.raises(NotAllowed):
        service.apply(graduates.session, graduates.registrar(NORTH), graduates.student(), SOUTH, NOW)

    service.apply(graduates.session, graduates.registrar(SOUTH), graduates.student(), SOUTH, NOW)
    assert way(graduates).progress.applied_on == TODAY


def test_a_graduation_is_recorded_under_its_number_and_is_no_degree(graduates):
    apply(graduates, where=NORTH)
    graduate(graduates)

    here = way(graduates, where=NORTH)
    assert (here.progress.graduated_on, here.award.graduation_number) == (TODAY, "1000122026000001")
    assert here.awaits is DegreeStep.DECISION
    assert here.conferred_on is None


def test_a_completion_without_graduation_does_not_lead_to_the_degree(graduates):
    apply(graduates, where=NORTH)
    graduate(graduates, outcome="completed")

    assert way(graduates, where=NORTH).awaits is DegreeStep.GRADUATION


@pytest.mark.parametrize(
    ("entered", "sentence"),
    [
        ({"given": "100012202600001"}, "has 15 signs, but graduation certificate number has 16"),
        ({"given": ""}, "Give the number: graduation certificate number."),
        ({"on": TODAY + dt.timedelta(days=1)}, "has not come yet"),
        ({"outcome": "expelled"}, "Choose how the studies ended."),
    ],
)
def test_a_graduation_that_cannot_be_is_refused_at_its_field(graduates, entered, sentence):
    apply(graduates, where=NORTH)

    with pytest.raises(Refusal, match=sentence):
        graduate(graduates, **entered)

    assert way(graduates, where=NORTH).award.outcome is None


def test_a_graduation_number_belongs_to_one_student(graduates):
    graduate(graduates)

    with pytest.raises(Refusal, match="The number 1000122026000001 belongs to Lin, Mei · 林梅 already"):
        graduate(graduates, ALSO_READY)


def test_a_graduation_recorded_on_an_old_page_is_refused(graduates):
    graduate(graduates)

    with pytest.raises(Conflict, match="Somebody recorded something for this student meanwhile"):
        graduate(graduates, given="1000122026000002", seen=0)


def test_a_graduation_can_be_put_right_until_the_degree_is_conferred(graduates):
    confer(graduates, where=NORTH)

    with pytest.raises(Conflict, match="The degree is conferred already, on 2026-11-23"):
        graduate(graduates, given="1000122026000009")


def test_notice_tells_the_student_the_law_the_days_and_whom_to_appeal_to(graduates):
    hearing = notify(graduates)

    (notice,) = notices(graduates, "Your degree may be refused")
    assert notice.person_id == graduates.actor("mei").person_id
    assert hearing.until == TODAY + dt.timedelta(days=15)
    assert {"law", "body", "days", "grounds"} <= set(notice.body["params"])
    assert acts(graduates, SOUTH) == ["refusal notified"]
    assert acts(graduates, NORTH) == []


def test_the_student_speaks_or_says_that_they_will_not(graduates):
    hearing = notify(graduates)
    hearings.waive(graduates.session, graduates.actor("mei"), hearing, seen=hearing.revision, at=NOW)

    assert hearing.state == "heard"
    with pytest.raises(Conflict, match="This step is not open any more"):
        hearings.speak(graduates.session, graduates.actor("mei"), hearing, "Late", seen=None, at=LATER)


def test_nobody_waives_for_the_student_and_the_time_has_to_be_over(graduates):
    hearing = notify(graduates)
    registrar = graduates.registrar(SOUTH)

    with pytest.raises(Refusal, match="Only the person can say that they will not speak"):
        hearings.waive(graduates.session, registrar, hearing, seen=None, at=NOW)
    with pytest.raises(Conflict, match="The person may still speak until 2026-12-08"):
        hearings.close_hearing(graduates.session, registrar, hearing, seen=None, at=days(15))
    hearings.close_hearing(graduates.session, registrar, hearing, seen=None, at=days(16))

    assert hearing.state == "heard"


def test_a_second_notice_waits_for_the_end_of_the_first(graduates):
    hearing = heard(graduates)

    with pytest.raises(Conflict, match="Notice has been given already"):
        notify(graduates)
    hearings.drop(graduates.session, graduates.registrar(SOUTH), hearing, "It was their own", seen=None, at=LATER)

    assert notify(graduates, at=LATER).state == "notified"
    assert notices(graduates, "Your degree is not refused")


def test_a_registrar_of_the_partner_has_no_part_in_it(graduates):
    hearing = notify(graduates)

    with pytest.raises(NotAllowed):
        hearings.speak(graduates.session, graduates.registrar(NORTH), hearing, "Hm", seen=None, at=NOW)


def test_a_graduate_ticks_what_is_seen_to_and_is_told_until_when(graduates):
    confer(graduates, where=NORTH)
    here = way(graduates, where=NORTH)
    (before,) = errands.errands_of(graduates.session, (here,))[NORTH]
    for _again in range(2):
        errands.tick(graduates.session, graduates.actor("mei"), here, "registration", done=True, at=LATER)
    (after,) = errands.errands_of(graduates.session, (here,))[NORTH]
    errands.tick(graduates.session, graduates.actor("mei"), here, "registration", done=False, at=LATER)

    assert (before.until, before.ticked_on) == (dt.date(2027, 5, 23), None)
    assert after.ticked_on == LATER.date()
    assert errands.errands_of(graduates.session, (here,))[NORTH] == (before,)


def test_nobody_has_errands_before_a_degree(graduates):
    assert errands.errands_of(graduates.session, (way(graduates, READY, NORTH),)) == {}
