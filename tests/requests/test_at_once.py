"""Two people at once: one decision holds, the other is told what changed; a credit is spent once, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from dualdegree.core.approval import State
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.db import db
from dualdegree.recognition.models import DecidedRecognition
from dualdegree.requests.models import RecognitionRequest
from dualdegree.requests.workflow import deciding, entering
from tests.graduates import Graduates
from tests.people import NOW
from tests.requests import GRANTED, REFUSED, Desk


@pytest.fixture
def together(offices):
    """Runs these at the same moment, each in a session of its own; what each raised, or None."""

    def run(*deeds):
        barrier = Barrier(len(deeds))

        def perform(deed):
            with offices.app.app_context():
                graduates = Graduates(db.session())
                prepared = deed(graduates)
                # Whoever opened the page has read it in a transaction that is over.
                db.session.rollback()
                barrier.wait(30)
                try:
                    prepared()
                    db.session.commit()
                except Refusal as refused:
                    db.session.rollback()
                    return refused
                finally:
                    db.session.remove()
            return None

        with ThreadPoolExecutor(len(deeds)) as pool:
            return list(pool.map(perform, deeds))

    return run


def acting(who, do, **more):
    """A deed of one person on request 1, as it was read before."""

    def prepare(graduates):
        actor = graduates.actor(who)
        seen = graduates.session.get(RecognitionRequest, 1).revision

        def act():
            request = graduates.session.get(RecognitionRequest, 1)
            do(graduates.session, actor, request, seen=seen, at=NOW, **more)

        return act

    return prepare


def deciding_by(who, decision):
    def decide(session, actor, request, **more):
        deciding.decide(session, actor, request, decision, **more)

    return acting(who, decide)


def test_the_second_of_two_decisions_at_once_is_told_of_the_first(offices, together):
    with offices.graduates() as graduates:
        Desk(graduates).confirmed()

    answers = together(deciding_by("committee", GRANTED), deciding_by("second", REFUSED))

    (late,) = [answer for answer in answers if answer is not None]
    first = "Committee" if answers[0] is None else "Second"
    assert isinstance(late, Conflict)
    assert f"by {first}. Read it again" in str(late)
    with offices.graduates() as graduates:
        state = graduates.session.get(RecognitionRequest, 1).state
    assert state == (State.GRANTED if answers[0] is None else State.REFUSED)


def test_two_registrars_enter_it_once(offices, together):
    with offices.graduates() as graduates:
        Desk(graduates).decided()

    answers = together(acting("south", entering.enter), acting("second", entering.enter))

    assert sorted(type(answer) for answer in answers if answer is not None) == [Conflict]
    with offices.graduates() as graduates:
        assert graduates.session.scalar(sa.select(sa.func.count(DecidedRecognition.id))) == 1
