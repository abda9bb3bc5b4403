"""States of enrolments and holds: entered with a reason by the own registrar, kept, corrected, and told."""

import datetime as dt

import pytest

from dualdegree import events, stakes
from dualdegree.conferral.content import NotJoint
from dualdegree.core.conferral.gate import Gate
from dualdegree.core.enrolment import DatedState, EnrolmentState
from dualdegree.core.policy import NotAllowed
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.records.service import students_of
from dualdegree.records.standing import holds
from dualdegree.records.standing.entering import StateToEnter, enter
from dualdegree.records.standing.states import entries_of, near_the_end, standings_of
from dualdegree.stakes import Unconfirmed
from tests.graduates import LATER, READY, text
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH

HOLDS = (
    "holds: {fees: {name: {en: Fees}, remedy: {en: Pay them.}}, identity: {name: {en: Papers}, remedy: {en: Show.}}}\n"
)


def side(world, where=SOUTH, number=READY):
    return next(row for row in world.student(number).enrolments if row.institution_id == where)


def enter_state(
    world, state, since, *, where=SOUTH, number=READY, by=None, corrects=None, confirmed=None, reason="Asked"
):
    own, student = side(world, where, number), world.student(number)
    seen = stakes.digest_of(stakes.at_stake(world.session, [student.id])) if confirmed is None else confirmed
    wanted = StateToEnter(
        state=DatedState(state=EnrolmentState(state), since=dt.date.fromisoformat(since)) if state else None,
        reason=reason,
        revision=own.revision,
        corrects=corrects,
        confirmed=seen,
    )
    enter(world.session, by or world.registrar(where), own, wanted, LATER)


def states(world, where=SOUTH, number=READY):
    own = side(world, where, number)
    return [
        (entry.state, entry.since.isoformat(), entry.is_struck)
        for entry in entries_of(world.session, [own.id]).get(own.id, ())
    ]


def now_in(world, where=SOUTH, number=READY):
    own = side(world, where, number)
    return standings_of(world.session, [own], LATER)[own.id].now.state.value


def acts_at(world, where):
    return [
        (event.act, event.reason)
        for event in reversed(events.history(world.session, world.student().subject))
        if event.institution_id == where
    ]


@pytest.fixture
def holding(graduates):
    """South's profile names two kinds of holds."""
    graduates.take("institution", SOUTH, text("south/institution.yaml") + HOLDS)
    return graduates


def place(world, kind="fees", where=SOUTH, reason="The fees of 2026"):
    by, student = world.registrar(where), world.student()
    return holds.place(world.session, by, student, institution=where, kind=kind, reason=reason, at=LATER)


def test_a_leave_begins_on_its_day_and_ends_with_the_return(graduates):
    enter_state(graduates, "leave", "2026-02-01")
    enter_state(graduates, "active", "2026-09-01")

    assert states(graduates) == [("leave", "2026-02-01", False), ("active", "2026-09-01", False)]
    assert now_in(graduates) == "active"


def test_both_histories_tell_of_a_state_and_only_the_own_one_why(graduates):
    enter_state(graduates, "leave", "2026-02-01", reason="Illness")

    assert acts_at(graduates, SOUTH) == [("enrolment state entered", "Illness")]
    assert acts_at(graduates, NORTH) == [("enrolment state entered", "")]


def test_only_the_own_registrar_enters_a_state(graduates):
    with pytest.raises(NotAllowed):
        enter_state(graduates, "leave", "2026-02-01", by=graduates.registrar(NORTH))


def test_a_state_needs_a_reason_and_the_record_as_it_was_read(graduates):
    with pytest.raises(Refusal, match="the history keeps the reason"):
        enter_state(graduates, "leave", "2026-02-01", reason=" ")
    own = side(graduates)
    wanted = StateToEnter(
        state=DatedState(state=EnrolmentState.LEAVE, since=dt.date(2026, 2, 1)),
        reason="Late",
        revision=own.revision - 1,
    )
    with pytest.raises(Conflict, match="has changed since you opened it"):
        enter(graduates.session, graduates.registrar(SOUTH), own, wanted, LATER)


def test_a_corrected_entry_is_struck_and_stays_beside_what_replaces_it(graduates):
    enter_state(graduates, "leave", "2026-02-01")
    (wrong,) = entries_of(graduates.session, [side(graduates).id])[side(graduates).id]
    enter_state(graduates, "abroad", "2026-02-01", corrects=wrong.id, reason="It was no leave")

    assert states(graduates) == [("leave", "2026-02-01", True), ("abroad", "2026-02-01", False)]
    assert wrong.struck_because == "It was no leave"
    assert acts_at(graduates, SOUTH)[-1] == ("enrolment state corrected", "It was no leave")


def test_leaving_a_degree_asks_for_a_yes_to_what_was_signed(graduates):
    graduates.sign()

    with pytest.raises(Unconfirmed, match="tick that you have"):
        enter_state(graduates, "withdrawn", "2026-11-20", confirmed="")
    enter_state(graduates, "withdrawn", "2026-11-20")

    assert now_in(graduates) == "withdrawn"


def test_the_other_degree_is_judged_alone_and_nothing_joint_is_signed_any_more(graduates):
    enter_state(graduates, "withdrawn", "2026-11-20")

    standing = graduates.standing(at=LATER)

    assert list(standing.state.audit.met) == ["north"]
    assert not standing.state.audit.both_met
    assert standing.gate is Gate.NOT_MET
    assert "has left one of the degrees" in str(standing.state.because)
    with pytest.raises(NotJoint):
        graduates.sign(READY, NORTH, at=LATER)


def test_what_was_passed_there_is_still_recognised_in_the_degree_that_stays(graduates):
    before = graduates.standing().state.audit.question.case
    enter_state(graduates, "withdrawn", "2026-11-20", where=NORTH)

    after = graduates.standing(at=LATER).state.audit.question.case

    into_south = [row.id for row in before.recognitions if row.degree == "south"]
    assert into_south
    assert [row.id for row in after.recognitions] == into_south


def test_whoever_is_admitted_again_is_judged_in_both_degrees(graduates):
    enter_state(graduates, "withdrawn", "2026-11-19")
    enter_state(graduates, "active", "2026-11-20")

    assert list(graduates.standing(at=LATER).state.audit.met) == ["north", "south"]


def test_a_list_has_those_who_are_in_a_state_on_a_day(graduates):
    enter_state(graduates, "leave", "2026-02-01")

    def listed(state, day):
        query = students_of(SOUTH, in_state=(EnrolmentState(state), dt.date.fromisoformat(day)))
        return [student.id for student in graduates.session.scalars(query).unique()]

    student = graduates.student().id
    assert (listed("leave", "2026-01-31"), listed("leave", "2026-02-01")) == ([], [student])
    assert student not in listed("active", "2026-02-01")
    assert len(listed("active", "2026-02-01")) == 4


def test_the_end_of_the_longest_duration_is_seen_before_it_comes(graduates):
    longest = "enrolment: {longest: {years: 3, warn_days: 400}}\n"
    graduates.take("institution", SOUTH, text("south/institution.yaml") + longest)

    near = near_the_end(graduates.session, SOUTH, LATER)

    assert {standing.time.last_day for standing in near} == {dt.date(2027, 8, 31)}
    assert len(near) == 5


def test_a_hold_stops_sign_off_and_issue_until_it_is_lifted(holding):
    holding.sign()
    held = place(holding)

    with pytest.raises(holds.OpenHold, match="Southhill University has an open hold on this student"):
        holding.sign(READY, NORTH)
    with pytest.raises(holds.OpenHold):
        holding.issue()
    holds.lift(holding.session, holding.registrar(SOUTH), held, "Paid", LATER)

    assert holding.issue().serial


def test_the_partner_s_history_tells_neither_what_a_hold_is_nor_why(holding):
    place(holding)

    north, south = (
        next(e for e in events.history(holding.session, holding.student().subject) if e.institution_id == where)
        for where in (NORTH, SOUTH)
    )

    assert (north.reason, "Fees" in north.after, "fees" in north.after) == ("", False, False)
    assert (south.reason, "Fees" in south.after) == ("The fees of 2026", True)


def test_a_hold_is_of_a_kind_of_the_profile_and_once_open_at_a_time(holding):
    with pytest.raises(Refusal, match="Choose one of the kinds"):
        place(holding, kind="weather")
    with pytest.raises(Refusal, match="Say why the hold is placed"):
        place(holding, reason=" ")
    place(holding)
    with pytest.raises(Conflict, match="A hold of this kind is open already"):
        place(holding)
    place(holding, kind="identity")


def test_only_who_placed_a_hold_lifts_it_and_once(holding):
    held = place(holding)

    with pytest.raises(NotAllowed):
        holds.lift(holding.session, holding.registrar(NORTH), held, "Paid", LATER)
    holds.lift(holding.session, holding.registrar(SOUTH), held, "Paid", LATER)
    with pytest.raises(Conflict, match="lifted already"):
        holds.lift(holding.session, holding.registrar(SOUTH), held, "Paid", LATER)


def test_looking_at_the_states_of_many_costs_as_many_queries_as_of_one(graduates, counted):
    enter_state(graduates, "leave", "2026-02-01")
    rows = [side(graduates, SOUTH, number) for number in ("S201", "S202", "S203")]

    costs = []
    for several in (rows[:1], rows):
        with counted() as statements:
            standings_of(graduates.session, several, NOW)
        costs.append(len(statements))

    assert costs[0] == costs[1]
