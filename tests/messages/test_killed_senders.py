"""A sender killed with -9 at any moment: the letter leaves once, or is named as doubtful and not sent again."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from dualdegree.core.text import Message
from dualdegree.jobs import service as jobs
from dualdegree.jobs.models import JobState
from dualdegree.messages import service
from dualdegree.messages.models import MailState, Notice
from dualdegree.messages.service import News, Recipient, Sender
from tests.messages.mailbox import Mailbox, listening
from tests.people import institution, person

ROOT = Path(__file__).parents[2]
PATIENCE = 60


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def start(backend, mailbox, tmp_path):
    """Starts senders, each in a process group of its own, and leaves none behind."""
    started = []
    with listening(mailbox) as port:
        given = {
            "DATABASE_URL": backend.url,
            "DUALDEGREE_INSTANCE": str(tmp_path),
            "JOB_LEASE_SECONDS": "1",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(port),
            "SMTP_SECURITY": "none",
            "MAIL_FROM": "degrees@degrees.example",
        }

        def make(minutes_ahead=0):
            command = [sys.executable, "-m", "tests.messages.sending_worker"]
            environment = {**os.environ, **given, "MINUTES_AHEAD": str(minutes_ahead)}
            process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
            started.append(process)
            return process

        yield make
        for process in started:
            kill(process)


@pytest.fixture
def two(session):
    """Two people who are told something."""
    institution(session, "north.example")
    news = News(about="exception:7", act="granted", subject=Message("Granted"), body=Message("Read it."), link="/")
    people = [person(session, address) for address in ("ana@people.example", "bo@people.example")]
    to = [Recipient(person_id=member.id, email=member.email, locale=None) for member in people]
    sender = Sender(institution="north.example", name={"en": "North"})
    service.tell(session, news, to=to, sender=sender, at=dt.datetime.now(dt.UTC))
    session.commit()
    return session


def kill(process):
    """Kill a sender and all of its processes with -9."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def eventually(happened):
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def settled(session):
    def is_settled():
        states = jobs.states(session, [service.BATCH])[service.BATCH]
        session.rollback()
        return not states.keys() & {JobState.WAITING, JobState.RUNNING}

    return is_settled


def states(session):
    return session.scalars(sa.select(Notice.state).order_by(Notice.id)).all()


def test_a_sender_killed_before_the_content_is_asked_for_loses_and_doubles_nothing(two, start, mailbox):
    mailbox.hold = "address"
    first = start()
    assert mailbox.reached.wait(PATIENCE)

    kill(first)
    mailbox.hold = ""
    start()
    eventually(settled(two))

    assert [letter["To"] for letter in mailbox.taken] == ["ana@people.example", "bo@people.example"]
    assert states(two) == [MailState.SENT, MailState.SENT]


def test_a_sender_killed_before_it_hears_the_answer_leaves_a_doubt_and_no_second_letter(two, start, mailbox):
    mailbox.hold = "content"
    first = start()
    assert mailbox.reached.wait(PATIENCE)

    kill(first)
    mailbox.hold = ""
    start(minutes_ahead=20)
    eventually(settled(two))

    assert [letter["To"] for letter in mailbox.taken] == ["ana@people.example", "bo@people.example"]
    assert states(two) == [MailState.UNCERTAIN, MailState.SENT]
    assert len({letter["Message-ID"] for letter in mailbox.taken}) == 2
