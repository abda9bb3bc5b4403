"""Jobs: put with what causes them, leased by one worker at a time, done exactly once."""

import datetime as dt

import pytest
import sqlalchemy as sa

from dualdegree.jobs import service
from dualdegree.jobs.models import Job, JobState
from dualdegree.jobs.service import JobPart, LeaseLost

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(minutes=2)


@pytest.fixture
def three(session):
    parts = [JobPart(task="count", arguments={"to": number}) for number in (1, 2, 3)]
    service.put(session, parts, batch="counting:1", institution=None, at=NOW)
    session.commit()
    return session


def leased(session, at=NOW, **which):
    taken = service.lease(session, at, 60, **which)
    session.commit()
    return taken


def in_states(session):
    return service.states(session, ["counting:1"])["counting:1"]


def test_a_job_exists_only_if_what_causes_it_is_committed(session):
    service.put(session, [JobPart(task="count", arguments={})], batch="counting:1", institution=None, at=NOW)
    session.rollback()

    assert in_states(session) == {}
    assert leased(session) is None


def test_jobs_are_handed_out_in_their_order_each_to_one_worker(three):
    assert [leased(three).arguments["to"] for _ in range(3)] == [1, 2, 3]
    assert leased(three) is None


def test_a_worker_can_ask_for_the_jobs_of_one_batch_or_for_one_job(three):
    other = three.scalars(sa.select(Job.id).order_by(Job.id)).all()[1]

    assert leased(three, batch="counting:2") is None
    assert leased(three, job_id=other).arguments == {"to": 2}
    assert leased(three, job_id=other) is None


def test_a_job_whose_worker_is_silent_is_handed_out_again(three):
    first = leased(three)

    again = leased(three, at=LATER)

    assert (again.id, again.tries) == (first.id, 2)


def test_a_worker_that_says_that_it_lives_keeps_its_job(three):
    first = leased(three)
    assert service.prolong(three, first, LATER, 60)
    three.commit()

    assert leased(three, at=LATER).id != first.id


def test_what_a_worker_did_after_losing_its_job_is_not_written(three):
    slow = leased(three)
    quick = leased(three, at=LATER)
    service.finish(three, quick, {"counted": 1}, LATER)
    three.commit()

    assert not service.prolong(three, slow, LATER, 60)
    with pytest.raises(service.LeaseLost):
        service.finish(three, slow, {"counted": 99}, LATER)
    three.rollback()
    assert three.get_one(Job, slow.id).outcome == {"counted": 1}


def test_a_job_that_fails_is_tried_again_and_given_up_after_five_times(three):
    for _ in range(5):
        held = leased(three, job_id=1)
        service.give_back(three, held, "no such number")
        three.commit()

    assert leased(three, job_id=1) is None
    assert in_states(three) == {JobState.FAILED: 1, JobState.WAITING: 2}
    assert three.get_one(Job, 1).failure == "no such number"


def test_a_job_that_kills_each_of_its_workers_is_given_up(three):
    for hour in range(5):
        assert leased(three, at=NOW + dt.timedelta(hours=hour), job_id=1)
    much_later = NOW + dt.timedelta(hours=6)

    assert leased(three, at=much_later, job_id=1) is None
    assert service.give_up_on(three, much_later) == 1
    assert in_states(three) == {JobState.FAILED: 1, JobState.WAITING: 2}


def test_what_is_held_back_is_not_handed_out_until_it_goes_on(three):
    running = leased(three)
    assert service.hold(three, "counting:1", NOW) == 2
    three.commit()
    assert leased(three) is None

    service.give_back(three, running, "the network is down")
    three.commit()
    assert leased(three) is None, "what fails while its batch is held back waits with the others"

    assert service.go_on(three, "counting:1") == 3
    assert leased(three).arguments == {"to": 1}


def test_the_newest_batch_is_told_first(three):
    service.put(three, [JobPart(task="count", arguments={})], batch="counting:2", institution=None, at=NOW)

    assert service.batches(three) == ["counting:2", "counting:1"]
    assert service.states(three, ["counting:1", "counting:2"]) == {
        "counting:1": {JobState.WAITING: 3},
        "counting:2": {JobState.WAITING: 1},
    }


def test_a_job_says_how_far_it_is(three):
    first = leased(three)

    assert service.tell(three, first, {"nodes": 12})

    assert three.get(Job, first.id).progress == {"nodes": 12}


def test_a_dropped_batch_is_begun_by_nobody_and_what_was_begun_is_not_written(three):
    first = leased(three)

    service.drop(three, "counting:1")

    assert leased(three) is None
    assert not service.tell(three, first, {"nodes": 12})
    with pytest.raises(LeaseLost):
        service.finish(three, first, {}, NOW)
    assert in_states(three) == {JobState.HELD: 3}
