"""Requests for recognition: who may do what, in which order, and what audits make of it."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa

from dualdegree.audit.currency import out_of_date
from dualdegree.audit.dossiers import dossier
from dualdegree.audit.service import Include, audit_of
from dualdegree.core.approval import State
from dualdegree.core.audit.facts import Status
from dualdegree.core.policy import NotAllowed
from dualdegree.core.recognition import RefusalReason
from dualdegree.core.refusal import Conflict, NeedsAnother, Refusal
from dualdegree.events import history
from dualdegree.messages.models import Notice
from dualdegree.programmes.texts import day_at
from dualdegree.recognition.service import table_of
from dualdegree.requests.judging.effects import stake_of
from dualdegree.requests.judging.to_equivalence import propose_equivalence
from dualdegree.requests.ledger import ledger
from dualdegree.requests.notices import today
from dualdegree.requests.wanted import OutsideWork, Wish, wanted_by
from dualdegree.requests.workflow import asking, deciding, entering
from dualdegree.requests.workflow.deciding import RequestDecision
from tests.graduates import LATER, READY, text
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH
from tests.requests import BY_ADVISOR, BY_BODY, ELECTIVE, EXPERIENCE, FULL, GRANTED, N2, N3, ON, REFUSED, Desk

NEXT_DAY = NOW + dt.timedelta(days=1)
PART = RequestDecision(
    granted=(Wish(course=None, tag="optional", credits=Decimal(3)),),
    on=ON,
    minute="12/2026",
    reason=RefusalReason.WORKLOAD,
    explanation="Three credits of it match.",
    language="en",
)


@pytest.fixture
def desk(graduates) -> Desk:
    return Desk(graduates)


def decide(desk, request, by, decision, at):
    deciding.decide(desk.session, desk.actor(by), request, decision, seen=None, at=at)


def audited(desk, at=LATER):
    return audit_of(desk.session, dossier(desk.session, desk.mei), Include.OFFICIAL, at)


def grants(desk, request):
    (recognition,) = [
        recognition for recognition in audited(desk).question.case.recognitions if recognition.id == request.subject
    ]
    return recognition.grants


def test_a_request_goes_from_the_student_by_both_sides_and_the_body_to_the_registrar(desk):
    request = desk.entered()

    assert request.state == State.ENTERED
    assert [event.act for event in history(desk.session, request.subject) if event.institution_id == SOUTH] == [
        "recognition entered",
        "recognition granted",
        "request confirmed",
        "request endorsed",
        "request submitted",
    ]


def test_audits_apply_it_only_once_it_is_entered_and_are_out_of_date_then(desk):
    request = desk.decided()
    assert request.subject not in [recognition.id for recognition in audited(desk).question.case.recognitions]

    desk.enter(request, LATER)

    assert desk.mei.id in desk.session.scalars(out_of_date(SOUTH, Include.OFFICIAL)).all()
    (grant,) = grants(desk, request)
    # 90 of 100 is 5 + 5 · 30/40 = 8.75, half up.
    assert (grant.credits, grant.tags, grant.grade) == (4, ("optional",), Decimal("8.8"))


def test_the_original_grade_and_the_working_stay_beside_what_was_granted(desk):
    request = desk.decided()

    assert request.originals == [{"attempt": N3, "grade": "90", "scale": "cn-100"}]
    assert request.working


def test_a_course_goes_into_one_recognition_of_a_degree(desk):
    desk.entered()

    with pytest.raises(Refusal, match="already recognised in this degree"):
        desk.draft()


def test_a_course_that_an_equivalence_has_spent_cannot_be_asked_for(desk):
    with pytest.raises(Refusal, match="already recognised in this degree as Algebra; a credit is spent once"):
        desk.draft(replace(ELECTIVE, sources=(f"{NORTH}/N1/2024-1/1",)))


def test_what_is_granted_by_decision_is_not_granted_by_an_equivalence_on_top(desk):
    request = desk.entered()

    (grant,) = grants(desk, request)

    assert sorted(recognition.id for recognition in audited(desk).question.case.recognitions) == [
        "algebra",
        "optimisation",
        "request:1",
    ]
    assert grant.id == "request:1/1"


def test_a_course_waits_in_one_request_only(desk):
    desk.submitted()

    with pytest.raises(Refusal, match="asked for already in request 1"):
        desk.draft()


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (replace(ELECTIVE, sources=()), "Choose at least one course"),
        (replace(ELECTIVE, sources=(f"{NORTH}/N8/2024-1/1",)), "is not in this student's record at the partner"),
        (replace(ELECTIVE, sources=(f"{SOUTH}/S4/2025-2/1",)), "is not in this student's record at the partner"),
        (replace(ELECTIVE, targets=()), "Choose at least one course, or the credits"),
        (replace(ELECTIVE, targets=(Wish(course="S7", tag=None, credits=Decimal(6)),)), "S7 is not in curriculum 2024"),
        (replace(ELECTIVE, targets=(Wish(course="S3", tag=None, credits=Decimal(6)),)), "Databases is counted"),
        (replace(ELECTIVE, targets=(Wish(course=None, tag="nope", credits=Decimal(1)),)), "has no group “nope”"),
        (replace(ELECTIVE, targets=(Wish(course=None, tag="optional", credits=Decimal(5)),)), "for 4 ECTS earned"),
        (replace(ELECTIVE, targets=(Wish(course=None, tag="thesis", credits=Decimal(2)),)), "never recognises"),
        (replace(ELECTIVE, degree="east"), 'The student is in no degree "east"'),
        (replace(EXPERIENCE, outside=()), "Describe the work"),
    ],
)
def test_what_cannot_be_granted_cannot_be_asked_for(desk, wanted, reason):
    with pytest.raises(Refusal, match=reason):
        desk.draft(wanted)


def test_what_is_not_passed_cannot_be_asked_for(desk):
    coming = desk.sat("N6", None, status=Status.IN_PROGRESS)

    with pytest.raises(Refusal, match="Maps is not passed; ask again once it is"):
        desk.draft(replace(ELECTIVE, sources=(coming,)))


def test_a_limit_is_held_against_all_that_is_recognised_already(desk):
    # 6 are recognised by the equivalence, and at most 12 may be.
    big = desk.sat("N6", "80", credits_=4)

    with pytest.raises(Refusal, match="allows 12 credits and these would make 14; grant at most 6 more"):
        desk.draft(replace(ELECTIVE, sources=(big,), targets=(Wish(course=None, tag="optional", credits=Decimal(8)),)))


def test_a_course_and_its_retake_are_one_credit(desk):
    again = desk.sat("N3", "95")

    with pytest.raises(Refusal, match=r"N3 of north\.example is named twice; choose one"):
        desk.draft(replace(ELECTIVE, sources=(N3, again)))


def test_experience_bears_no_grade(desk):
    request = desk.entered(EXPERIENCE, replace(GRANTED, granted=EXPERIENCE.targets, grade=Decimal(9)))

    (grant,) = grants(desk, request)

    assert (grant.grade, grant.ungraded_pass, grant.tags) == (None, True, ("optional", "experience"))


def test_the_same_work_is_recognised_once_and_other_work_beside_it(desk):
    desk.entered(EXPERIENCE, replace(GRANTED, granted=EXPERIENCE.targets))
    other = replace(EXPERIENCE, outside=(OutsideWork(title="A summer school", credits=Decimal(3)),))

    with pytest.raises(Refusal, match="“Six months at a laboratory” is already recognised in this degree"):
        desk.draft(EXPERIENCE)
    desk.entered(other, replace(GRANTED, granted=EXPERIENCE.targets))

    kept = {recognition.id for recognition in audited(desk).question.case.recognitions}
    assert kept >= {"request:1", "request:2"}


@pytest.mark.parametrize("who", ["ines", "advisor", "south", "north"])
def test_only_the_student_asks(desk, who):
    with pytest.raises(NotAllowed):
        asking.draft(desk.session, desk.actor(who), desk.mei, ELECTIVE, NOW)


@pytest.mark.parametrize("who", ["confirmer", "south", "mei"])
def test_only_an_advisor_of_the_recognising_institution_endorses(desk, who):
    request = desk.submitted()

    with pytest.raises(NotAllowed):
        deciding.endorse(desk.session, desk.actor(who), request, seen=None, at=NOW)


def test_any_advisor_of_the_institution_may_act(desk):
    request = desk.submitted()

    deciding.endorse(desk.session, desk.actor("approver"), request, seen=None, at=NOW)

    assert (request.state, request.due_on) == (State.ENDORSED, NOW.date() + dt.timedelta(days=15))


def test_whoever_took_a_step_does_not_take_the_next(graduates):
    desk = Desk(graduates, south=BY_ADVISOR)
    request = desk.confirmed()

    with pytest.raises(Refusal, match="another person has to take this one"):
        desk.decide(request, by="endorser")
    desk.decide(request, by="approver")

    assert request.state == State.GRANTED


def test_a_body_s_decision_has_a_minute(desk):
    with pytest.raises(Refusal, match="number of the minute"):
        desk.decided(replace(GRANTED, minute=""))


def test_granting_less_needs_a_reason_and_words(desk):
    with pytest.raises(Refusal, match="Choose the reason why less is granted"):
        desk.decided(replace(PART, explanation=" "))


def test_a_part_is_granted_and_the_rest_cannot_be_spent(desk):
    request = desk.entered(decision=PART)

    (grant,) = grants(desk, request)
    assert (grant.credits, request.reason, request.granted_credits) == (3, RefusalReason.WORKLOAD, 3)
    with pytest.raises(Refusal, match="a credit is spent once"):
        desk.draft(replace(ELECTIVE, targets=(Wish(course=None, tag="optional", credits=Decimal(1)),)))


def test_nothing_is_granted_that_was_not_asked_for(desk):
    more = (Wish(course=None, tag="optional", credits=Decimal(5)),)

    with pytest.raises(Refusal, match="Grant nothing that was not asked for"):
        desk.decided(replace(GRANTED, granted=more))


def test_a_refusal_says_why_and_how_to_appeal(desk):
    request = desk.decided(REFUSED)

    assert (request.state, request.reason, request.explanation) == (State.REFUSED, "content", "No coincide.")
    assert (request.legal_basis["en"], request.appeal_body["en"]) == ("Royal Decree 822/2021, art. 10", "The Rector")
    assert request.appeal_until == NOW.date() + dt.timedelta(days=30)


def test_the_time_to_appeal_is_counted_in_days_of_the_university_that_decided(desk):
    # In São Paulo it is the evening before, and the last day ends three hours after it ends in UTC.
    evening = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)
    request = desk.decide(desk.confirmed(), REFUSED, at=evening)

    assert request.appeal_until == dt.date(2026, 12, 23)
    assert asking.is_open_to_appeal(request, day_at(desk.session, SOUTH, dt.datetime(2026, 12, 24, 2, tzinfo=dt.UTC)))
    with pytest.raises(Refusal, match="The time to appeal ended on 2026-12-23"):
        asking.appeal(
            desk.session, desk.actor("mei"), request, words="See chapter 3.", seen=None,
            at=dt.datetime(2026, 12, 24, 3, tzinfo=dt.UTC),
        )  # fmt: skip


def test_nothing_is_decided_before_it_was_asked_for_or_appealed_against(desk):
    early = replace(REFUSED, on=NOW.date() - dt.timedelta(days=1))
    request = desk.confirmed()
    with pytest.raises(Refusal, match="the earliest day of this decision is 2026-11-23"):
        decide(desk, request, "committee", early, NOW)
    decide(desk, request, "committee", REFUSED, NOW)
    asking.appeal(desk.session, desk.actor("mei"), request, words="See chapter 3.", seen=None, at=NEXT_DAY)
    with pytest.raises(Refusal, match="the earliest day of this decision is 2026-11-24"):
        decide(desk, request, "second", REFUSED, NEXT_DAY)


def test_another_person_decides_an_appeal(desk):
    request = desk.decided(REFUSED)
    asking.appeal(desk.session, desk.actor("mei"), request, words="See chapter 3.", seen=None, at=LATER)

    with pytest.raises(Refusal, match="another person has to take this one"):
        desk.decide(request, by="committee", at=LATER)
    desk.enter(desk.decide(request, by="second", at=LATER))

    assert grants(desk, request)


def test_a_part_stays_while_the_appeal_against_it_is_refused(desk):
    request = desk.entered(decision=PART)
    asking.appeal(desk.session, desk.actor("mei"), request, words="All of it.", seen=None, at=LATER)
    assert grants(desk, request)

    desk.decide(request, REFUSED, by="second", at=LATER)

    assert (request.state, [grant.credits for grant in grants(desk, request)]) == (State.ENTERED, [3])


def test_an_appeal_that_is_granted_replaces_the_part(desk):
    request = desk.entered(decision=PART)
    asking.appeal(desk.session, desk.actor("mei"), request, words="All of it.", seen=None, at=LATER)

    desk.enter(desk.decide(request, GRANTED, by="second", at=LATER), LATER)

    assert [grant.credits for grant in grants(desk, request)] == [4]


def test_an_appeal_has_a_deadline_and_is_made_once(desk):
    late = NOW + dt.timedelta(days=31)
    request = desk.decided(REFUSED)
    with pytest.raises(Refusal, match="The time to appeal ended"):
        asking.appeal(desk.session, desk.actor("mei"), request, words="See chapter 3.", seen=None, at=late)

    asking.appeal(desk.session, desk.actor("mei"), request, words="See chapter 3.", seen=None, at=LATER)
    desk.decide(request, REFUSED, by="second", at=LATER)

    with pytest.raises(Refusal, match="An appeal has been decided"):
        asking.appeal(desk.session, desk.actor("mei"), request, words="Again.", seen=None, at=LATER)
    assert request.appeal_until is None


def test_the_time_that_entering_a_part_takes_is_not_taken_from_the_time_to_appeal(desk):
    request = desk.decided(PART)

    desk.enter(request, NOW + dt.timedelta(days=20))

    assert request.appeal_until == NOW.date() + dt.timedelta(days=50)


def test_what_is_granted_in_full_cannot_be_appealed_against(desk):
    request = desk.entered()

    with pytest.raises(Refusal, match="nothing to appeal against"):
        asking.appeal(desk.session, desk.actor("mei"), request, words="More.", seen=None, at=LATER)


def test_a_refusal_is_closed_after_the_time_to_appeal(desk):
    request = desk.decided(REFUSED)
    with pytest.raises(Refusal, match="The student can appeal until"):
        entering.close(desk.session, desk.actor("south"), request, seen=None, at=LATER)

    entering.close(desk.session, desk.actor("south"), request, seen=None, at=NOW + dt.timedelta(days=31))

    assert request.state == State.CLOSED


def test_a_lifted_recognition_frees_its_credits(desk):
    request = desk.entered()
    audited(desk)

    entering.lift(desk.session, desk.actor("south"), request, reason="Entered by mistake.", seen=None, at=LATER)

    assert request.subject not in [recognition.id for recognition in audited(desk).question.case.recognitions]
    assert desk.draft().state == State.DRAFT


def test_what_was_spent_between_decision_and_entry_is_not_entered(desk):
    request = desk.decided()
    other = text("equivalences.yaml").replace('version: "1"', 'version: "2"') + (
        "  - id: graphs\n"
        "    from: {institution: north.example, courses: [{code: N3, credits: '2'}]}\n"
        "    to: {institution: south.example, courses: [{credits: '4', tags: [optional], title: {en: Graphs}}]}\n"
    )
    desk.graduates.equivalences(other)
    desk.session.execute(sa.text("DELETE FROM given_equivalences"))

    with pytest.raises(Refusal, match="a credit is spent once"):
        desk.enter(request)
    assert request.recognition is None


def test_sent_back_means_that_everybody_reads_it_again(desk):
    request = desk.submitted()
    deciding.endorse(desk.session, desk.actor("endorser"), request, seen=None, at=NOW)
    deciding.send_back(desk.session, desk.actor("confirmer"), request, reason="Which year?", seen=None, at=NOW)

    assert (request.state, request.endorsed_by, request.due_on) == (State.RETURNED, None, None)
    asking.revise(desk.session, desk.actor("mei"), request, replace(ELECTIVE, words="2024."), seen=request.revision)
    asking.submit(desk.session, desk.actor("mei"), request, seen=request.revision, at=LATER)
    assert request.state == State.SUBMITTED


def test_requests_are_taken_in_the_periods_of_the_profile(graduates):
    desk = Desk(graduates, south=BY_BODY + "  requests: [{from: 07-15, to: 09-04}]\n")
    request = desk.draft()

    with pytest.raises(Refusal, match="only in these periods of the year: 07-15 – 09-04"):
        asking.submit(desk.session, desk.actor("mei"), request, seen=None, at=NOW)


def test_without_rules_of_the_profile_nothing_is_submitted(graduates):
    request = asking.draft(graduates.session, graduates.actor("mei"), graduates.student(READY), ELECTIVE, NOW)

    with pytest.raises(Refusal, match="does not say who decides on recognition"):
        asking.submit(graduates.session, graduates.actor("mei"), request, seen=None, at=NOW)


def test_a_stale_page_is_told_what_has_changed(desk):
    request = desk.confirmed()
    seen = request.revision
    desk.decide(request)

    with pytest.raises(Conflict, match=r"Recognition granted, by Committee\. Read it again"):
        deciding.decide(desk.session, desk.actor("second"), request, REFUSED, seen=seen, at=NOW)
    assert request.state == State.GRANTED


def test_each_step_tells_the_student_and_whoever_acts_next(desk):
    request = desk.confirmed()

    letters = desk.session.execute(
        sa.select(Notice.email, sa.func.count()).where(Notice.about == request.subject).group_by(Notice.email)
    ).all()

    heard = {email.split("@")[0]: number for email, number in letters}
    assert heard["mei"] == 2
    assert [heard.pop(who) for who in ("endorser", "approver", "confirmer", "committee", "second")] == [1] * 5
    assert "elsewhere" not in heard


def test_a_withdrawn_request_is_free_again(desk):
    request = desk.submitted()

    asking.withdraw(desk.session, desk.actor("mei"), request, seen=request.revision, at=LATER)

    assert request.state == State.WITHDRAWN
    assert desk.draft().id != request.id


def test_several_courses_are_granted_one_mean(desk):
    both = replace(ELECTIVE, sources=(N2, N3), targets=(Wish(course=None, tag="optional", credits=Decimal(6)),))

    request = desk.decided(replace(GRANTED, granted=both.targets), both)

    # 78 → 7.3 and 90 → 8.8, two credits each.
    assert request.granted_grade == Decimal("8.1")


def test_full_is_what_was_asked_for():
    assert GRANTED.granted == FULL


def test_what_was_granted_can_be_proposed_as_an_equivalence_that_both_sides_approve(desk):
    request = desk.entered()

    version = propose_equivalence(desk.session, desk.actor("south"), request, LATER)

    entry = table_of(version).entries[-1]
    assert (entry.id, entry.source_courses, entry.targets[0].tags) == ("request-1", ("N3",), ("optional",))
    assert (version.in_force_from, version.version) == (None, "1-1")


def test_only_what_is_entered_can_be_proposed(desk):
    with pytest.raises(Refusal, match="Only courses whose recognition is entered"):
        propose_equivalence(desk.session, desk.actor("south"), desk.decided(), LATER)


def test_the_registrar_who_recorded_the_decision_does_not_enter_it(desk):
    request = desk.decided()

    with pytest.raises(NeedsAnother, match="another person has to take this one"):
        entering.enter(desk.session, desk.actor("committee"), request, seen=None, at=NOW)
    assert request.state == State.GRANTED
    desk.enter(request)


def test_what_is_shown_after_a_decision_is_what_was_granted_and_not_what_was_asked(desk):
    request = desk.decided(PART)

    wanted, grade = stake_of(request, wanted_by(request))

    assert [wish.credits for wish in wanted.targets] == [3]
    assert grade == request.granted_grade
    desk.enter(request)
    assert stake_of(request, wanted_by(request)) is None


def test_a_message_names_student_and_course_and_says_how_far_the_request_has_come_by_the_day_it_is_read(desk):
    request = desk.decided(REFUSED)

    news = desk.session.scalars(sa.select(Notice).where(Notice.email == "mei@people.example").order_by(Notice.id)).all()

    assert [notice.sender["en"] for notice in news][1] == "Northlake University"
    assert all("Lin Mei" in str(notice.words) or "Mei" in str(notice.words) for notice in news)
    assert "Submitted" not in str(news[0].words)
    assert str(today(desk.session, [request.subject, "x:1"])[request.subject]) == "Today: Refused."


def test_the_ledger_counts_a_recognised_course_by_the_ects_agreed_for_it(graduates):
    held = dossier(graduates.session, graduates.student())
    sides = []
    for side in held.sides:
        courses = {
            code: replace(course, ects=Decimal("5.5") if code == "S1" else course.ects)
            for code, course in side.curriculum.courses.items()
        }
        sides.append(replace(side, curriculum=replace(side.curriculum, courses=courses)))

    lines = [
        entry.line for entry in ledger(replace(held, sides=tuple(sides))) if entry.line.attempt.endswith("N1/2024-1/1")
    ]

    assert [(line.earned, line.granted) for line in lines] == [(Decimal(6), Decimal("5.5"))]
