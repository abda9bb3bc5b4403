"""Whatever people decide, in whichever order: no credit is made, lost or spent twice.

A machine asks, decides, lifts, changes grades and curricula at random; after each step the ledger has to balance.
"""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dualdegree.audit.dossiers import dossier as dossier_of
from dualdegree.core.approval import State
from dualdegree.core.recognition import RecognitionKind
from dualdegree.core.refusal import Refusal
from dualdegree.programmes import service as programmes
from dualdegree.recognition.models import DecidedRecognition
from dualdegree.records.models import RegisteredAttempt
from dualdegree.requests.ledger import ledger
from dualdegree.requests.models import RecognitionRequest
from dualdegree.requests.wanted import WantedRecognition, Wish, wanted_by
from dualdegree.requests.workflow import asking, deciding, entering
from dualdegree.requests.workflow.deciding import RequestDecision
from tests.graduates import LATER, text
from tests.programmes.papers import NORTH, SOUTH
from tests.requests import EXPERIENCE, ON, REFUSED, Desk

COURSES = ("N1", "N2", "N3", "N6")
LIMIT = 12
"""What south recognises at most."""
WISHES = st.lists(
    st.sampled_from(
        [
            Wish(course="S4", tag=None, credits=Decimal(6)),
            Wish(course="S2", tag=None, credits=Decimal(4)),
            Wish(course=None, tag="optional", credits=Decimal("2.5")),
            Wish(course=None, tag="optional", credits=Decimal(4)),
            Wish(course=None, tag="basic", credits=Decimal(3)),
        ]
    ),
    min_size=1,
    max_size=2,
    unique=True,
)


def machine(desk):
    session, old = (
        desk.session,
        next(enrolment for enrolment in desk.mei.enrolments if enrolment.institution_id == SOUTH),
    )
    versions = [old.curriculum_version_id, new_version(desk)]

    class Spending(RuleBasedStateMachine):
        """One student, two offices, and chance."""

        @initialize()
        def begin(self):
            self.savepoint = session.begin_nested()

        def teardown(self):
            self.savepoint.rollback()
            session.expire_all()

        def attempt(self, do):
            """Take a step that may be refused; then nothing of it may be left."""
            try:
                with session.begin_nested():
                    do()
            except Refusal:
                session.expire_all()

        def those(self, *states):
            return (
                session.query(RecognitionRequest)
                .filter(RecognitionRequest.state.in_(states))
                .order_by(RecognitionRequest.id)
                .all()
            )

        def some(self, data, *states):
            return data.draw(st.sampled_from(self.those(*states)))

        @rule(courses=st.sets(st.sampled_from(COURSES), min_size=1, max_size=2), wishes=WISHES)
        def ask(self, courses, wishes):
            record = dossier_of(session, desk.mei).case.record
            sources = tuple(attempt.id for attempt in record if attempt.course in courses)
            self.attempt(
                lambda: submit(desk, WantedRecognition(degree="south", sources=sources, targets=tuple(wishes)))
            )

        @rule(credits_=st.sampled_from([Decimal(1), Decimal(3), Decimal(7)]))
        def ask_for_experience(self, credits_):
            work = replace(EXPERIENCE.outside[0], title=f"{credits_} weeks of work", credits=credits_)
            wish = Wish(course=None, tag="optional", credits=credits_)
            self.attempt(lambda: submit(desk, replace(EXPERIENCE, outside=(work,), targets=(wish,))))

        @precondition(lambda self: self.those(State.CONFIRMED))
        @rule(data=st.data(), share=st.sampled_from([None, Decimal("0.5"), Decimal(0)]), at_once=st.booleans())
        def decide(self, data, share, at_once):
            request = self.some(data, State.CONFIRMED)
            wishes = wanted_by(request).targets
            if share is not None:
                wishes = tuple(replace(wish, credits=wish.credits * share) for wish in wishes) if share else ()
            self.attempt(lambda: desk.decide(request, replace(REFUSED, granted=wishes)))
            if at_once:
                self.attempt(lambda: desk.enter(request))

        @precondition(lambda self: self.those(State.GRANTED, State.PARTLY_GRANTED))
        @rule(data=st.data())
        def enter(self, data):
            request = self.some(data, State.GRANTED, State.PARTLY_GRANTED)
            self.attempt(lambda: desk.enter(request))

        @precondition(lambda self: self.those(State.ENTERED))
        @rule(data=st.data())
        def lift(self, data):
            request = self.some(data, State.ENTERED)
            south = desk.actor("south")
            self.attempt(lambda: entering.lift(session, south, request, reason="Wrong.", seen=None, at=LATER))

        @precondition(lambda self: self.those(State.REFUSED, State.ENTERED))
        @rule(data=st.data(), decision=st.sampled_from(["all", "nothing"]))
        def appeal(self, data, decision):
            request = self.some(data, State.REFUSED, State.ENTERED)
            self.attempt(lambda: decide_anew(desk, request, decision))

        @rule(course=st.sampled_from(COURSES), grade=st.sampled_from([None, "40", "60", "95"]))
        def change_a_grade(self, course, grade):
            for row in session.query(RegisteredAttempt).filter_by(institution_id=NORTH, course=course):
                if row.enrolment.student_id == desk.mei.id:
                    passed = grade is not None and Decimal(grade) >= 60
                    row.grade = None if grade is None else Decimal(grade)
                    row.status = "passed" if passed else "failed" if grade else "in_progress"
            session.flush()

        @rule(course=st.sampled_from(COURSES))
        def retake(self, course):
            with session.no_autoflush:
                known = session.query(RegisteredAttempt).filter_by(course=course, term="2026-1").first()
            if known is None:
                desk.sat(course, "70", term="2026-1", credits_=3 if course == "N1" else 2)

        @rule(version=st.sampled_from(versions))
        def move(self, version):
            old.curriculum_version_id = version
            session.flush()
            session.refresh(old)

        @invariant()
        def the_ledger_balances(self):
            dossier = dossier_of(session, desk.mei)
            entries = ledger(dossier)
            spent = {entry.line.recognition for entry in entries}

            held = [recognition for recognition in session.query(DecidedRecognition) if recognition.lifted_at is None]
            granted = sum(
                grant.credits * (2 if giving.degree == "north" else 1)
                for giving in dossier.recognised.given
                if giving.recognition.id in spent
                for grant in giving.recognition.grants
            )
            # What the ledger says is what the recognitions grant, to the last hundredth.
            assert sum(entry.line.granted for entry in entries) == granted
            # An attempt, and whatever its retakes, is spent once in a degree.
            coins = [
                (giving.degree, sat.id if sat.repeatable else sat.course)
                for giving in dossier.recognised.given
                for sat in giving.sources
            ]
            assert len(coins) == len(set(coins))
            for recognition in held:
                self.grants_no_more_than_was_earned(recognition, dossier)

        def grants_no_more_than_was_earned(self, giving, dossier):
            given = [given for given in dossier.recognised.given if given.recognition.id == giving.key]
            if given:
                earned = sum(sat.credits * (1 if sat.institution == "outside" else 2) for sat in given[0].sources)
                assert sum(grant.credits for grant in given[0].recognition.grants) <= earned
            assert all(grant["grade"] is None for grant in giving.grants if giving.kind != RecognitionKind.STUDY)

        @invariant()
        def what_was_decided_keeps_to_the_limit(self):
            rows = session.query(DecidedRecognition).filter_by(lifted_at=None)
            assert sum(Decimal(grant["credits"]) for row in rows for grant in row.grants) <= LIMIT

    return Spending


def submit(desk, wanted):
    desk.confirmed(wanted)


def decide_anew(desk, request, decision):
    asking.appeal(desk.session, desk.actor("mei"), request, words="More.", seen=None, at=LATER)
    wishes = wanted_by(request).targets if decision == "all" else ()
    anew = RequestDecision(
        granted=wishes, on=ON, minute="20/2026", reason=REFUSED.reason, explanation="As before.", language="en"
    )
    deciding.decide(desk.session, desk.actor("second"), request, anew, seen=None, at=LATER)


def new_version(desk):
    """Another curriculum of south, which has another course in place of its fourth."""
    other = text("south/curriculum.yaml").replace('version: "2024"', 'version: "2030"').replace("2024-1", "2030-1")
    desk.graduates.publish(SOUTH, other.replace("code: S4", "code: S5"))
    versions = programmes.curriculum_versions(desk.session, ["double"])
    return next(version.id for version in versions if version.version == "2030")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_no_credit_is_made_lost_or_spent_twice(graduates):
    desk = Desk(graduates)

    run_state_machine_as_test(
        machine(desk),
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # Making a failure smaller takes minutes and adds little to the steps that are printed.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
        ),
    )
