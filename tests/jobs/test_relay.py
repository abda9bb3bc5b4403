"""The relay: messages about committed jobs, sent again when nothing is heard of them."""

import datetime as dt

import pytest
import sqlalchemy as sa

from dualdegree.jobs import broker, service
from dualdegree.jobs.models import Job
from dualdegree.jobs.service import JobPart

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(minutes=2)
MUCH_LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def two(session):
    parts = [JobPart(task="count", arguments={"to": number}) for number in (1, 2)]
    service.put(session, parts, batch="counting:1", institution=None, at=NOW)
    session.commit()
    return session


def relayed(session, at=NOW):
    sent = []
    broker.relay(session, sent.append, at)
    session.commit()
    return sent


def test_each_job_is_sent_once_in_its_order(two):
    assert relayed(two) == [1, 2]
    assert relayed(two) == []


def test_what_could_not_be_sent_is_sent_by_the_next_round(two):
    def refuse(job_id):
        raise ConnectionError

    with pytest.raises(ConnectionError):
        broker.relay(two, refuse, NOW)
    two.rollback()

    assert relayed(two) == [1, 2]


def test_a_message_that_the_broker_lost_is_sent_again(two):
    relayed(two)

    assert relayed(two, LATER) == []
    assert relayed(two, MUCH_LATER) == [1, 2]


def test_a_job_whose_worker_is_silent_is_sent_again_once(two):
    relayed(two)
    service.lease(two, NOW, 60, job_id=1)
    two.commit()

    assert relayed(two, NOW + dt.timedelta(seconds=30)) == []
    assert relayed(two, LATER) == [1]
    assert relayed(two, LATER) == []


def test_what_is_done_is_never_sent_again(two):
    held = service.lease(two, NOW, 60, job_id=1)
    service.finish(two, held, {}, NOW)
    two.commit()

    assert relayed(two) == [2]
    assert two.scalar(sa.select(Job.sent_at).where(Job.id == 1)) is None
