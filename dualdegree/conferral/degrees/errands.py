"""What has a graduate still to see to before the diploma is of use in the other country, and until when?"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.models import ConferredDegree
from dualdegree.conferral.models import ErrandTick, IssuedDocument
from dualdegree.conferral.ways import DegreeWay
from dualdegree.core.conferral.periods import ends
from dualdegree.core.days import day_in
from dualdegree.core.policy import Actor, Permission, require
from dualdegree.core.refusal import Absent
from dualdegree.core.transcript import DocumentKind
from dualdegree.db import lock
from dualdegree.programmes.institutions.conferring import CountedFrom, Errand
from dualdegree.programmes.institutions.profile import Profile
from dualdegree.programmes.texts import profile_of
from dualdegree.records.models import Student


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrandShown:
    """One errand of a graduate: until when, and when it was seen to; None where it has no such day."""

    institution: str
    errand: Errand
    until: dt.date | None
    ticked_on: dt.date | None


def errands_of(session: orm.Session, ways: tuple[DegreeWay, ...]) -> Mapping[str, tuple[ErrandShown, ...]]:
    """The errands of each institution that has conferred its degree on the student, in the order of its profile."""
    conferred = [way for way in ways if way.conferred_on is not None and way.conferring is not None]
    if not conferred:
        return {}
    ticks, issued_at = (
        _ticks(session, conferred[0].student),
        _first_issues(session, [conferred[0].student.id]).get(conferred[0].student.id),
    )
    shown = {}
    for way in conferred:
        zone = profile_of(way.institution).time_zone
        begins = {
            CountedFrom.CONFERRED: way.conferred_on,
            CountedFrom.ISSUED: day_in(issued_at, zone) if issued_at else None,
        }
        shown[way.institution.id] = tuple(
            _shown(way, errand, begins[errand.from_], ticks.get((way.institution.id, errand.key)), zone)
            for errand in (way.conferring.checklist if way.conferring else ())
        )
    return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrandLeft:
    """One errand that a graduate has not ticked, and its last day."""

    student: int
    errand: Errand
    until: dt.date


def left_of(session: orm.Session, profile: Profile, student: int | None = None) -> Iterator[ErrandLeft]:
    """The unticked errands with a last day of all whom the institution conferred its degree on, or of one student."""
    errands = [errand for errand in profile.conferring.checklist if errand.within] if profile.conferring else []
    held = ConferredDegree
    own = sa.and_(
        held.institution_id == profile.institution, sa.true() if student is None else held.student_id == student
    )
    query = sa.select(held.student_id, held.conferred_on).where(own).order_by(held.student_id)
    graduates = session.execute(query).all() if errands else ()
    ids = [row.student_id for row in graduates]
    issued, ticked = _first_issues(session, ids), _ticked(session, profile.institution, ids)
    for row in graduates:
        issued_at = issued.get(row.student_id)
        begins = {
            CountedFrom.CONFERRED: row.conferred_on,
            CountedFrom.ISSUED: day_in(issued_at, profile.time_zone) if issued_at else None,
        }
        for errand in errands:
            begin = begins[errand.from_]
            if begin is not None and (row.student_id, errand.key) not in ticked:
                yield ErrandLeft(student=row.student_id, errand=errand, until=ends(begin, errand.within or {}))


def tick(session: orm.Session, actor: Actor, way: DegreeWay, errand: str, *, done: bool, at: dt.datetime) -> None:
    """The graduate says that an errand is seen to, or is not after all. A repeat is harmless; raises ``Absent``."""
    require(actor, Permission.APPLY_DEGREE, way.student.policy_subject())
    if way.conferring is None or all(known.key != errand for known in way.conferring.checklist):
        raise Absent("There is no such errand.")
    lock(session, way.student)
    row = session.get(ErrandTick, (way.student.id, way.institution.id, errand))
    if done and row is None:
        session.add(
            ErrandTick(student_id=way.student.id, institution_id=way.institution.id, errand=errand, ticked_at=at)
        )
    elif not done and row is not None:
        session.delete(row)
    session.flush()


def _shown(
    way: DegreeWay, errand: Errand, begins: dt.date | None, ticked_at: dt.datetime | None, zone: dt.tzinfo
) -> ErrandShown:
    return ErrandShown(
        institution=way.institution.id,
        errand=errand,
        until=ends(begins, errand.within) if begins is not None and errand.within else None,
        ticked_on=day_in(ticked_at, zone) if ticked_at else None,
    )


def _ticks(session: orm.Session, student: Student) -> Mapping[tuple[str, str], dt.datetime]:
    rows = session.scalars(sa.select(ErrandTick).where(ErrandTick.student_id == student.id))
    return {(row.institution_id, row.errand): row.ticked_at for row in rows}


def _ticked(session: orm.Session, institution: str, students: Sequence[int]) -> frozenset[tuple[int, str]]:
    """Whom of these students the institution's errands are ticked for, and which."""
    row = ErrandTick
    query = sa.select(row.student_id, row.errand).where(row.institution_id == institution, row.student_id.in_(students))
    return frozenset((ticked.student_id, ticked.errand) for ticked in session.execute(query))


def _first_issues(session: orm.Session, students: Sequence[int]) -> Mapping[int, dt.datetime]:
    """When the first document of both degrees was issued to each of these students."""
    row = IssuedDocument
    official = (row.student_id.in_(students), row.kind == DocumentKind.OFFICIAL)
    query = (
        sa.select(row.student_id, sa.func.min(row.issued_at).label("first")).where(*official).group_by(row.student_id)
    )
    return {row.student_id: row.first for row in session.execute(query)}
