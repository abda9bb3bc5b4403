"""Who was told what, who has read it, and whose mail did not arrive?"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite

from dualdegree.core.refusal import Absent
from dualdegree.core.text import Message, Text
from dualdegree.jobs import service as jobs
from dualdegree.messages.models import MailState, Notice
from dualdegree.messages.wording import kept

TASK = "messages.deliver"
BATCH = "messages"
AT_ONCE = 50
"""How many notices one job delivers: as many letters go through one connection to the mail server."""
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z][A-Za-z0-9-]{1,62}")
"""What an address may look like: nothing in it can begin another header, another address or a quoted text."""
LINK = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%?#-][A-Za-z0-9._~!$&'()*+,;=:@%/?#-]*)?")
"""A path of this very site."""
LATE = dt.timedelta(days=1)
"""A mail that has waited this much longer than it should tells that nobody delivers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A person who is told; ``locale`` is the language they chose, None if they chose none."""

    person_id: int
    email: str
    locale: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The institution in whose name it is told, and what it is called."""

    institution: str
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is told: one line, some sentences, the path of the page to open.

    ``about`` is the subject as the history names it, such as ``exception:7``; ``act`` is what happened to it, so that
    ``about`` and ``act`` together name this very news: nobody is told the same twice. Whatever can happen several times
    to one subject has the revision in ``act``: ``granted:3``.
    """

    about: str
    act: str
    subject: Message
    body: Message
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailStanding:
    """How the mail of all notices stands: how many in each state, and how many wait for too long."""

    states: Mapping[MailState, int]
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What somebody has not read yet: the newest of it, and how many there are in all."""

    newest: tuple[Notice, ...]
    total: int


def tell(session: orm.Session, news: News, *, to: Iterable[Recipient], sender: Sender, at: dt.datetime) -> int:
    """Tell ``news`` to each of these people in the current transaction; how many had not been told it before.

    Their start page has it as soon as that commits, and a job sends it by mail. A repeat tells nobody. An address that
    cannot be one is not written to; the person still finds the notice on the start page, and ``dualdegree doctor``
    names it. Raises ValueError for a link that leads off this site, TypeError for words that cannot be kept.
    """
    if not LINK.fullmatch(news.link):
        raise ValueError(f"{news.link!r} is no path of this site")
    people = list({recipient.person_id: recipient for recipient in to}.values())
    numbers = sorted(
        number
        for start in range(0, len(people), AT_ONCE)
        for number in _written(session, news, people[start : start + AT_ONCE], sender, at)
    )
    put(session, dict.fromkeys(numbers, sender.institution), at=at)
    return len(numbers)


def of_person(person_id: int) -> sa.Select[Notice]:
    """Everything that a person was told, newest first."""
    return sa.select(Notice).where(Notice.person_id == person_id).order_by(Notice.id.desc())


def unread(session: orm.Session, person_id: int, most: int) -> Unread:
    """What a person was told and has not read, the newest ``most`` of it; one query."""
    total = sa.func.count().over()
    query = sa.select(Notice, total).where(Notice.person_id == person_id, Notice.read_at.is_(None))
    rows = session.execute(query.order_by(Notice.id.desc()).limit(most)).all()
    return Unread(newest=tuple(row[0] for row in rows), total=rows[0][1] if rows else 0)


def mark_read(session: orm.Session, person_id: int, notice_id: int, at: dt.datetime) -> Notice:
    """Note that the person has read this notice; a repeat keeps the first time. Raises ``Absent``."""
    notice = session.get(Notice, notice_id)
    if notice is None or notice.person_id != person_id:
        raise Absent("You have no such message.")
    notice.read_at = notice.read_at or at
    return notice


def mark_all_read(session: orm.Session, person_id: int, upto: int, at: dt.datetime) -> None:
    """Note that the person has read everything up to the notice ``upto``: what came later was not on the page."""
    unread = sa.update(Notice).where(Notice.person_id == person_id, Notice.id <= upto, Notice.read_at.is_(None))
    session.execute(unread.values(read_at=at))


def post(session: orm.Session, at: dt.datetime) -> MailStanding:
    """How the mail of all notices stands."""
    counts = dict.fromkeys(MailState, 0)
    for state, count in session.execute(sa.select(Notice.state, sa.func.count()).group_by(Notice.state)):
        counts[MailState(state)] = count
    late = sa.select(sa.func.count()).where(
        Notice.state.in_([MailState.WAITING, MailState.SENDING]), Notice.due_at < at - LATE
    )
    return MailStanding(states=counts, late=session.scalar(late) or 0)


def failed(session: orm.Session, *, most: int) -> Sequence[tuple[int, str]]:
    """The newest notices whose letter could not be delivered, by number, and why."""
    query = sa.select(Notice.id, Notice.failure).where(Notice.state == MailState.UNDELIVERABLE)
    return [(row.id, row.failure) for row in session.execute(query.order_by(Notice.id.desc()).limit(most))]


def retry(session: orm.Session, at: dt.datetime, *, uncertain: bool) -> int:
    """Deliver again what could not be delivered; with ``uncertain``, also what may have been sent already."""
    states = [MailState.UNDELIVERABLE, *([MailState.UNCERTAIN] if uncertain else [])]
    again = sa.update(Notice).where(Notice.state.in_(states))
    values = {"state": MailState.WAITING, "tries": 0, "due_at": at, "claim": None, "claimed_at": None}
    changed = session.execute(again.values(values).returning(Notice.id, Notice.institution_id)).all()
    put(session, {row.id: row.institution_id for row in changed}, at=at)
    return len(changed)


def put(session: orm.Session, notices: Mapping[int, str], *, at: dt.datetime, due: dt.datetime | None = None) -> None:
    """Put jobs that deliver these notices (id → institution), at once or from ``due`` on."""
    for institution in sorted(set(notices.values())):
        ids = sorted(number for number, where in notices.items() if where == institution)
        parts = [
            jobs.JobPart(task=TASK, arguments={"notices": ids[start : start + AT_ONCE]})
            for start in range(0, len(ids), AT_ONCE)
        ]
        jobs.put(session, parts, batch=BATCH, institution=institution, at=at, due=due)


def _written(
    session: orm.Session, news: News, people: Sequence[Recipient], sender: Sender, at: dt.datetime
) -> Sequence[int]:
    shared = {
        "institution_id": sender.institution,
        "sender": dict(sender.name),
        "key": f"{news.about}:{news.act}",
        "about": news.about,
        "subject": kept(news.subject),
        "body": kept(news.body),
        "link": news.link,
        "told_at": at,
        "due_at": at,
        "tries": 0,
    }
    rows = [{**shared, **_addressed(recipient)} for recipient in people]
    insert = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    new = insert(Notice).values(rows).on_conflict_do_nothing(index_elements=["key", "person_id"])
    return session.scalars(new.returning(Notice.id)).all()


def _addressed(recipient: Recipient) -> dict[str, object]:
    sound = ADDRESS.fullmatch(recipient.email) is not None and len(recipient.email) <= 254
    return {
        "person_id": recipient.person_id,
        "email": recipient.email[:254],
        "locale": recipient.locale,
        "state": MailState.WAITING if sound else MailState.UNDELIVERABLE,
        "failure": "" if sound else "the account's address is no e-mail address",
    }
