"""What does every page about a student say at its head of their enrolments and holds?"""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import orm

from dualdegree.core.policy import Actor, Permission, may
from dualdegree.core.text import InstitutionName, Message
from dualdegree.records.models import Student
from dualdegree.records.standing.holds import holds_of, kinds_at, name_of
from dualdegree.records.standing.models import Hold
from dualdegree.records.standing.presenting import STATES
from dualdegree.records.standing.states import EnrolmentStanding, standings_of


def notes_on(
    session: orm.Session, student: Student, reader: Actor | None, at: dt.datetime
) -> list[tuple[str, Message]]:
    """Each as a shape and a sentence; nothing for whoever is enrolled as usual and held back by nothing."""
    standings = standings_of(session, student.enrolments, at).values()
    notes = [note for standing in standings if not standing.is_ordinary for note in _on_state(standing)]
    holds = [hold for hold in holds_of(session, [student.id]).get(student.id, ()) if hold.is_open]
    read = [hold for hold in holds if _reads(hold, reader)]
    # Of the partner's holds one learns that there is one, however many there are.
    hidden = sorted({hold.institution_id for hold in holds} - {hold.institution_id for hold in read})
    return [*notes, *(_on_hold(session, hold) for hold in read), *map(_on_hidden, hidden)]


def _on_state(standing: EnrolmentStanding) -> Iterator[tuple[str, Message]]:
    where = InstitutionName(standing.enrolment.institution_id)
    shape, word = STATES[standing.now.state]
    words = {"institution": where, "state": word, "day": standing.now.since}
    yield shape, Message("%(institution)s: %(state)s, since %(day)s", words)
    if standing.time and standing.time.is_near:
        last = {"institution": where, "day": standing.time.last_day}
        if standing.time.is_over:
            yield "unmet", Message("%(institution)s: the longest duration was over on %(day)s", last)
        else:
            yield "pending", Message("%(institution)s: the longest duration is over on %(day)s", last)


def _reads(hold: Hold, reader: Actor | None) -> bool:
    """Whether the reader may know what the hold is: a registrar of that institution, and the student."""
    is_owner = reader is not None and reader.person_id == hold.student.person_id
    return is_owner or may(reader, Permission.PLACE_HOLD, hold.policy_subject())


def _on_hold(session: orm.Session, hold: Hold) -> tuple[str, Message]:
    called = name_of(hold, kinds_at(session, hold.institution_id))
    words = {"institution": InstitutionName(hold.institution_id), "kind": called}
    return "unmet", Message("%(institution)s: open hold, %(kind)s", words)


def _on_hidden(institution: str) -> tuple[str, Message]:
    return "unmet", Message("%(institution)s has an open hold", {"institution": InstitutionName(institution)})
