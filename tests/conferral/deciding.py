"""How do the graduates of the tests come to their degrees? They apply, the north records graduations, bodies sit."""

import datetime as dt

from dualdegree.conferral.degrees import hearings, service
from dualdegree.conferral.degrees.service import GraduationWanted
from dualdegree.conferral.sessions import closing
from dualdegree.conferral.sessions import service as sessions
from dualdegree.conferral.sessions.service import SessionWanted
from dualdegree.conferral.ways import way_of
from dualdegree.core.conferral.sessions import EntryWanted, SessionResult
from tests.graduates import READY
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH

TODAY = NOW.date()
NUMBERS = {NORTH: "1000132026000001", SOUTH: "2026/000001"}


def apply(graduates, number=READY, where=SOUTH, at=NOW):
    """The student applies; for whoever has no account the registrar enters the application on paper."""
    student = graduates.student(number)
    actor = graduates.actor("mei") if student.person_id else graduates.registrar(where)
    service.apply(graduates.session, actor, student, where, at)


def graduate(graduates, number=READY, *, outcome="graduated", on=TODAY, given="1000122026000001", seen=None):
    """North records how the studies ended."""
    wanted = GraduationWanted(outcome=outcome, on=on, number=given)
    service.graduate(
        graduates.session, graduates.registrar(NORTH), graduates.student(number), NORTH, wanted, seen=seen, at=NOW
    )


def draft(graduates, where=SOUTH, *, minute="7/2026", on=TODAY, modality=None, at=NOW):
    """A draft of a session."""
    modality = modality or ("presential" if where == SOUTH else None)
    wanted = SessionWanted(minute=minute, on=on, modality=modality)
    return sessions.draft(graduates.session, graduates.registrar(where), where, wanted, at)


def put_down(graduates, row, number=READY, *, result=SessionResult.CONFERRED, given=None, reason=""):
    """One student's entry in a draft."""
    given = NUMBERS[row.institution_id] if given is None and result is SessionResult.CONFERRED else given or ""
    entry = EntryWanted(result=result, number=given, reason=reason)
    student = graduates.student(number).id
    sessions.enter(graduates.session, graduates.registrar(row.institution_id), row, {student: entry}, seen=row.revision)


def close(graduates, row, at=NOW):
    """Close the session."""
    closing.close(graduates.session, graduates.registrar(row.institution_id), row, seen=row.revision, at=at)
    return row


def confer(graduates, number=READY, where=SOUTH, given=None, minute="7/2026"):
    """The whole way of one student to one degree."""
    apply(graduates, number, where)
    if where == NORTH:
        graduate(graduates, number, given=f"1000122026{(given or NUMBERS[NORTH])[-6:]}")
    row = draft(graduates, where, minute=minute)
    put_down(graduates, row, number, given=given)
    return close(graduates, row)


def notify(graduates, number=READY, where=SOUTH, grounds="Copied pages", at=NOW):
    """Notice that the degree may be refused."""
    return hearings.notify(
        graduates.session,
        graduates.registrar(where),
        graduates.student(number),
        institution=where,
        grounds=grounds,
        at=at,
    )


def heard(graduates, number=READY, where=SOUTH):
    """The same, and the student has spoken."""
    hearing = notify(graduates, number, where)
    hearings.speak(graduates.session, graduates.registrar(where), hearing, "They are mine.", seen=None, at=NOW)
    return hearing


def way(graduates, number=READY, where=SOUTH, at=NOW):
    """How far the student has come there."""
    return way_of(graduates.session, graduates.student(number), where, at)


def days(number):
    """That many days after today."""
    return NOW + dt.timedelta(days=number)
