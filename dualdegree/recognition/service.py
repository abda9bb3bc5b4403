"""Which equivalences are in force, and what do a student's attempts give through them in each degree?"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.approval import State
from dualdegree.core.audit.facts import Attempt, Grant, Recognition
from dualdegree.core.curricula.curriculum import Course, Curriculum
from dualdegree.core.curricula.equivalence import Entry, EquivalenceTable, Target
from dualdegree.core.curricula.equivalence_table import read_equivalences
from dualdegree.core.curricula.individual import IndividualRecognition
from dualdegree.core.grades import Grading
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.recognition import Fulfilled, Pending, proposed, recognise
from dualdegree.core.refusal import Absent
from dualdegree.db import lock
from dualdegree.programmes.approving import approve, in_force, versions_of
from dualdegree.programmes.texts import Stored
from dualdegree.recognition.giving import keep
from dualdegree.recognition.models import DecidedRecognition, EquivalenceVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One recognition of one student: the entry it comes from, the attempts it rests on, what it grants."""

    degree: str
    entry: Entry
    sources: tuple[Attempt, ...]
    earned: bool
    """False while a source is only in progress or planned."""
    recognition: Recognition


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """An entry that the student has begun and that is not recognised, with what it waits for."""

    degree: str
    pending: Pending[Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What one student's attempts give in both degrees, in the order of the degrees and of the table."""

    given: tuple[Given, ...] = ()
    awaited: tuple[Awaited, ...] = ()

    @property
    def recognitions(self) -> tuple[Recognition, ...]:
        """What the audit reads: also what is only expected, for a grant exists only when its sources stand."""
        return tuple(grant.recognition for grant in self.given)

    def into(self, degrees: Collection[str]) -> "Recognised":
        """What of it is in these degrees."""
        return Recognised(
            given=tuple(given for given in self.given if given.degree in degrees),
            awaited=tuple(awaited for awaited in self.awaited if awaited.degree in degrees),
        )


Barred = Mapping[str, frozenset[str]]
"""Degree → the ids of attempts that its curriculum does not recognise, for how they were passed."""
NOTHING_BARRED: Barred = MappingProxyType({})
NOTHING_CHOSEN: Mapping[str, Entry] = MappingProxyType({})


@lru_cache(maxsize=32)
def _table(stored: Stored) -> EquivalenceTable:
    return read_equivalences(stored.fetch(), "equivalences")


def table_of(version: EquivalenceVersion) -> EquivalenceTable:
    """Everything that the version's text says, parsed once per digest."""
    return _table(Stored(version.digest, lambda: version.text))


def equivalences(session: orm.Session, institution_id: str) -> Sequence[EquivalenceVersion]:
    """Every version of every table that the institution is a party of, newest first in each programme."""
    return versions_of(session, EquivalenceVersion, institution_id)


def equivalences_in_force(session: orm.Session, programme_id: str) -> EquivalenceVersion | None:
    """The table that is applied in the programme, if both institutions approved one."""
    return in_force(session, EquivalenceVersion, programme_id)


def approve_equivalences(
    session: orm.Session,
    actor: Actor,
    version: EquivalenceVersion,
    *,
    institution_id: str,
    at: dt.datetime,
    digest: str,
) -> State:
    """A registrar's yes to the table, for one party; see ``programmes.approving.approve``.

    Students keep the version that they were given: see ``recognition.giving``.
    """
    require(actor, Permission.APPROVE_EQUIVALENCES, of_institutions(institution_id))
    held = equivalences_in_force(session, version.programme_id)
    if held is not None:
        # Whoever moves students meets this at the row of the version that binds them.
        lock(session, held)
    state = approve(session, actor, version, institution_id=institution_id, at=at, digest=digest)
    if state is State.IN_FORCE and held is not None and held.id != version.id:
        keep(session, held, at)
    return state


def recognised(
    version: EquivalenceVersion | None,
    curricula: Sequence[Curriculum],
    record: Sequence[Attempt],
    grading: Grading,
    *,
    admissions: Mapping[str, str] | None = None,
    chosen: Mapping[str, Entry] = NOTHING_CHOSEN,
    decided: Sequence[IndividualRecognition] = (),
    barred: Barred = NOTHING_BARRED,
) -> Recognised:
    """What ``record`` gives in each of the degrees of ``curricula`` through the version that binds the student.

    The order of the record changes nothing. ``grading`` says how grades pass between the institutions. ``admissions``
    holds the term in which each institution admitted the student; an entry for a cohort is for nobody without it.
    ``chosen`` are the equivalences that the student chose, by id. What was ``decided`` goes first; what is ``barred``
    from a degree serves no entry of it. Asks the database nothing, unless the table has not been parsed yet.
    """
    entries = entries_for(version, admissions or {}, chosen)
    return recognised_by(entries, curricula, record, grading, decided, barred=barred)


def entries_for(
    version: EquivalenceVersion | None, admissions: Mapping[str, str], chosen: Mapping[str, Entry] = NOTHING_CHOSEN
) -> tuple[Entry, ...]:
    """The entries that hold for whoever was admitted in these terms, by institution, and chose these, by id.

    They come in the order of the table.
    """
    every = table_of(version).entries if version else ()
    return tuple(entry for entry in every if entry.is_for(admissions) and entry.is_applied(chosen))


def recognised_by(
    entries: Sequence[Entry],
    curricula: Sequence[Curriculum],
    record: Sequence[Attempt],
    grading: Grading,
    decided: Sequence[IndividualRecognition] = (),
    *,
    barred: Barred = NOTHING_BARRED,
) -> Recognised:
    """What ``record`` gives in each of the degrees: what was decided, then these entries in their order."""
    sides = [
        _into(
            curriculum,
            curricula,
            entries,
            record,
            grading,
            decided=decided,
            barred=barred.get(curriculum.degree.id, frozenset()),
        )
        for curriculum in curricula
    ]
    return Recognised(
        given=tuple(given for side in sides for given in side.given),
        awaited=tuple(awaited for side in sides for awaited in side.awaited),
    )


def granted(awaited: Awaited, sources: Sequence[Attempt], curricula: Sequence[Curriculum], grading: Grading) -> Given:
    """What an entry would give if it were recognised for these attempts, whatever it waits for."""
    courses = next(curriculum.courses for curriculum in curricula if curriculum.degree.id == awaited.degree)
    asked = Fulfilled(entry=awaited.pending.entry, sources=tuple(sources), earned=False)
    return _given(awaited.degree, asked, courses, grading)


def _into(
    curriculum: Curriculum,
    curricula: Sequence[Curriculum],
    entries: Sequence[Entry],
    record: Sequence[Attempt],
    grading: Grading,
    *,
    decided: Sequence[IndividualRecognition],
    barred: frozenset[str],
) -> Recognised:
    """What is recognised into one degree, from the institution of the other."""
    home, degree = curriculum.institution, curriculum.degree
    given = list(_decided(degree.id, record, decided))
    spent = [Fulfilled(entry=grant.entry, sources=grant.sources, earned=True) for grant in given]
    awaited: list[Awaited] = []
    for other in (curriculum_away for curriculum_away in curricula if curriculum_away.institution != home):
        own = [
            entry for entry in entries if entry.target_institution == home and entry.institution == other.institution
        ]
        policy = other.degree.attempts.value
        ledger = recognise(own, record, policy=policy, curriculum=curriculum.courses, decided=spent, barred=barred)
        awaited += [Awaited(degree=degree.id, pending=awaited_entry) for awaited_entry in ledger.pending]
        given += [_given(degree.id, fulfilled, curriculum.courses, grading) for fulfilled in ledger.fulfilled]
    return Recognised(given=tuple(given), awaited=tuple(awaited))


def _decided(degree: str, record: Sequence[Attempt], decided: Sequence[IndividualRecognition]) -> Iterator[Given]:
    """What was decided and rests on attempts that the record still has."""
    attempts = {attempt.id: attempt for attempt in record}
    for recognition in decided:
        if recognition.degree == degree and attempts.keys() >= set(recognition.as_core().sources):
            entry, value = recognition.as_entry(attempts), recognition.as_core()
            sources = tuple(attempts[source] for source in value.sources)
            yield Given(degree=degree, entry=entry, sources=sources, earned=True, recognition=value)


def _given(degree: str, fulfilled: Fulfilled[Entry, Attempt], courses: Mapping[str, Course], grading: Grading) -> Given:
    entry = fulfilled.entry
    grade = proposed(fulfilled.sources, grading, entry.target_institution, plain=entry.grade_method).grade
    grants = tuple(
        Grant(
            id=f"{fulfilled.entry.id}/{number}",
            credits=target.credits,
            course=target.code,
            grade=grade,
            level=course.level if course else None,
            language=course.language if course else None,
            tags=_tags(target, course),
            ungraded_pass=grade is None,
            title=course.title if course else target.title,
        )
        for number, target in enumerate(fulfilled.entry.targets, start=1)
        for course in [courses[target.code] if target.code else None]
    )
    sources = tuple(attempt.id for attempt in fulfilled.sources)
    recognition = Recognition(id=fulfilled.entry.id, degree=degree, sources=sources, grants=grants)
    return Given(
        degree=degree,
        entry=fulfilled.entry,
        sources=fulfilled.sources,
        earned=fulfilled.earned,
        recognition=recognition,
    )


def _tags(target: Target, course: Course | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(course.tags if course else ()), *target.tags)))


def decided_for(session: orm.Session, students: Sequence[int]) -> Mapping[int, tuple[IndividualRecognition, ...]]:
    """What was decided for each of these students and is not lifted, in the order of entering; one query."""
    table = DecidedRecognition
    held: dict[int, list[IndividualRecognition]] = defaultdict(list)
    query = sa.select(table).where(table.student_id.in_(students), table.lifted_at.is_(None)).order_by(table.id)
    for row in session.scalars(query):
        held[row.student_id].append(row.value())
    return defaultdict(tuple, {student: tuple(recognitions) for student, recognitions in held.items()})


def find_table(session: orm.Session, table_id: int) -> EquivalenceVersion:
    """The version of an equivalence table; raises ``Absent``."""
    row = session.get(EquivalenceVersion, table_id)
    if row is None:
        raise Absent("There is no such equivalence table.")
    return row
