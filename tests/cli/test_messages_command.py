"""The mail of messages as an operator sees it: how it stands, what the doctor says, and sending again."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from dualdegree.core.policy import operator
from dualdegree.core.text import Message
from dualdegree.messages.models import MailState, Notice
from dualdegree.programmes.informing import News, inform
from tests.people import NOW
from tests.programmes.papers import NORTH


@pytest.fixture
def states(filled):
    """A notice in each of these states, noticed a day before now."""

    def make(*wanted):
        def noticed(graduates):
            person = graduates.actor("mei").person_id
            for number, state in enumerate(wanted):
                news = News(about="x:1", act=str(number), subject=Message("Start"), body=Message("Start"), link="/")
                inform(graduates.session, operator(NORTH), news, institution=NORTH, at=NOW, people=[person])
                newest = sa.select(sa.func.max(Notice.id)).scalar_subquery()
                change = sa.update(Notice).where(Notice.id == newest)
                graduates.session.execute(change.values(state=state, failure="why not"))

        filled(noticed)

    return make


def test_an_operator_sees_how_many_letters_are_in_each_state(terminal, states):
    states(MailState.SENT, MailState.SENT, MailState.UNDELIVERABLE)

    ran = terminal("messages", "status", "--json")

    assert json.loads(ran.out) == {
        "waiting": 0, "sending": 0, "sent": 2, "uncertain": 0, "undeliverable": 1, "late": 0,
    }  # fmt: skip
    assert terminal("messages", "status").lines == [
        "waiting 0  sending 0  sent 2  uncertain 0  undeliverable 1  late 0"
    ]


def test_the_doctor_names_what_did_not_arrive_without_saying_to_whom(terminal, states, filled):
    states(MailState.UNDELIVERABLE, MailState.UNCERTAIN, MailState.WAITING)
    first = filled(lambda graduates: graduates.session.scalar(sa.select(sa.func.min(Notice.id))))
    long_ago = NOW - dt.timedelta(days=400)
    filled(lambda graduates: graduates.session.execute(sa.update(Notice).values(due_at=long_ago)) and None)

    ran = terminal("doctor")

    assert ran.status == 1
    assert [line for line in ran.lines if line.startswith("WRONG")] == [
        f"WRONG  mail: 1 letters could not be delivered (notice {first}: why not); mend that, then `dualdegree messages retry`.",
        "WRONG  mail: 1 letters may have been sent or not; `dualdegree messages retry --uncertain` sends them again.",
        "WRONG  mail: 1 letters have waited for more than a day; is `dualdegree jobs worker` running?",
    ]


def test_an_operator_has_letters_sent_again(terminal, states):
    states(MailState.UNDELIVERABLE, MailState.UNCERTAIN, MailState.SENT)

    assert terminal("messages", "retry").out == "1 letters are tried again.\n"
    assert terminal("messages", "retry", "--uncertain").out == "1 letters are tried again.\n"
    assert json.loads(terminal("messages", "status", "--json").out)["waiting"] == 2
