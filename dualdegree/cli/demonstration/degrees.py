"""Who has applied, graduated and been decided on in the demonstration, as far as its scenario says?"""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from dualdegree.cli.demonstration.loading import Loading
from dualdegree.conferral.degrees import hearings, service
from dualdegree.conferral.degrees.service import GraduationWanted
from dualdegree.conferral.models import Award, ConferralSession
from dualdegree.conferral.sessions import closing
from dualdegree.conferral.sessions import service as sessions
from dualdegree.conferral.sessions.service import SessionWanted
from dualdegree.core.conferral.numbers import next_number
from dualdegree.core.conferral.sessions import EntryWanted, SessionResult
from dualdegree.programmes.texts import day_at
from dualdegree.transcript import service as transcripts
from dualdegree.transcript.interim import issue_interim


def apply(loading: Loading, entry: Mapping[str, Any]) -> None:
    """The registrar enters the applications of these students."""
    where = entry["institution"]
    for number in entry["students"]:
        service.apply(loading.session, loading.registrar(where), loading.student(number), where, loading.at)


def graduate(loading: Loading, entry: Mapping[str, Any]) -> None:
    """The registrar records how the studies of these ended, today, each under the number that follows."""
    session, where = loading.session, entry["institution"]
    today = day_at(session, where, loading.at)
    pattern = service.conferring_at(session, where).graduation_number
    for number in entry["students"]:
        known = session.scalars(sa.select(Award.graduation_number).where(Award.institution_id == where))
        given = next_number(pattern, filter(None, known), today.year) if pattern else ""
        wanted = GraduationWanted(outcome=entry["outcome"], on=today, number=given)
        student = loading.student(number)
        service.graduate(session, loading.registrar(where), student, where, wanted, seen=None, at=loading.at)


def hold(loading: Loading, entry: Mapping[str, Any]) -> None:
    """The body of the institution sits today; what the entry names is put down, and decided if it is closed."""
    session, where = loading.session, entry["institution"]
    registrar, today = loading.registrar(where), day_at(session, where, loading.at)
    wanted = SessionWanted(minute=entry["minute"], on=today, modality=entry.get("modality"))
    row = sessions.draft(session, registrar, where, wanted, loading.at)
    sessions.enter(session, registrar, row, dict(_entries(loading, row, entry)), seen=row.revision)
    if entry.get("closed"):
        closing.close(session, registrar, row, seen=row.revision, at=loading.at)


def _entries(loading: Loading, row: ConferralSession, entry: Mapping[str, Any]) -> Iterator[tuple[int, EntryWanted]]:
    students = [loading.student(number).id for number in entry.get("conferred", ())]
    for student, number in sessions.proposed_numbers(loading.session, row, students).items():
        yield student, EntryWanted(result=SessionResult.CONFERRED, number=number)
    for postponed in entry.get("postponed", ()):
        student = loading.student(postponed["student"]).id
        yield student, EntryWanted(result=SessionResult.POSTPONED, reason=postponed["reason"])


def notify(loading: Loading, entry: Mapping[str, Any]) -> None:
    """The registrar gives a student notice that the degree may be refused."""
    where = entry["institution"]
    hearings.notify(
        loading.session,
        loading.registrar(where),
        loading.student(entry["student"]),
        institution=where,
        grounds=entry["grounds"],
        at=loading.at,
    )


def certify(loading: Loading, entry: Mapping[str, Any]) -> None:
    """An institution issues an interim transcript by itself."""
    where = entry["institution"]
    wanted = transcripts.WantedDocument(
        languages=transcripts.pair_of("+".join(entry["languages"])), at=loading.at, public_url=loading.public_url
    )
    issue_interim(loading.session, loading.registrar(where), loading.student(entry["student"]), where, wanted)
