"""Which equivalences does a record fulfil, and what grade is proposed? The ledger that spends a credit once per degree.

An entry of an equivalence table is fulfilled when each of its source courses has an attempt that may be spent. Entries
are considered in the order of the file, first for what is passed, then for what is only expected (in progress or
planned), so that work still under way never takes a credit that is already earned. A credit is spent once per degree:
a course goes into at most one recognition, whatever the number of its attempts, because a recognition rests on the
attempt that *stands* for the course; only a repeatable attempt stands for itself.

What is granted is granted once, too: an entry that gives a course which the student already has in the degree, from
another entry or sat (or being sat) there, is not recognised on top of it.

A recognition is named by its entry, so that its id outlives a retake and a new version of the table.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from dualdegree.core.grades import BlockPart, GradedBlock, Grading, block_of
from dualdegree.core.records import PASSED, Sitting, that_stands
from dualdegree.core.text import Message


class Sat(Sitting, Protocol):
    """What the ledger asks of an attempt; ``core.audit.facts.Attempt`` has it all."""

    @property
    def institution(self) -> str: ...
    @property
    def course(self) -> str: ...
    @property
    def credits(self) -> Decimal: ...
    @property
    def ungraded_pass(self) -> bool: ...
    @property
    def repeatable(self) -> bool: ...


class TableEntry(Protocol):
    """What the ledger asks of an entry of the table."""

    @property
    def id(self) -> str: ...
    @property
    def institution(self) -> str:
        """Where the source courses are sat."""

    @property
    def source_courses(self) -> Sequence[str]: ...
    @property
    def target_institution(self) -> str: ...
    @property
    def target_courses(self) -> Sequence[str]:
        """What it gives, where that is a course of the other curriculum."""

    @property
    def min_grade(self) -> Decimal | None: ...
    def is_valid_in(self, term: str) -> bool:
        """Whether it holds for a course that was sat in that term."""


E = TypeVar("E", bound=TableEntry)
A = TypeVar("A", bound=Sat)


class Why(StrEnum):
    """Why a course does not serve an entry: one of its sources or, for the last two, of what it would give."""

    NOT_TAKEN = "not_taken"
    NOT_PASSED = "not_passed"
    NOT_AGAIN = "not_again"
    """Passed in a way that the recognising curriculum does not recognise."""
    OUT_OF_TIME = "out_of_time"
    GRADE_TOO_LOW = "grade_too_low"
    SPENT = "spent"
    HELD = "held"
    NOT_IN_CURRICULUM = "not_in_curriculum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfilled(Generic[E, A]):
    """An entry that is recognised; ``earned``: every source is passed, none only expected."""

    entry: E
    sources: tuple[A, ...]
    earned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending(Generic[E]):
    """An entry that was begun and is not recognised: because of which courses, and why."""

    entry: E
    wanting: tuple[tuple[str, Why], ...]
    instead: tuple[str, ...] = ()
    """The entries that were recognised in its stead: on which the courses were spent, or which give the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentLedger(Generic[E, A]):
    """What one student's attempts give in one degree, in the order of the table."""

    fulfilled: tuple[Fulfilled[E, A], ...]
    pending: tuple[Pending[E], ...]


EXPECTED = ("in_progress", "planned")


class _Account(Generic[E, A]):
    """One student's attempts into one degree: on which entry each was spent, and what was granted."""

    def __init__(self, attempts: Iterable[A], policy: str, curriculum: Container[str], barred: Container[str]) -> None:
        self._policy, self._curriculum, self._barred = policy, curriculum, barred
        self._spent: dict[tuple[str, str, str], str] = {}
        self._granted: dict[tuple[str, str], str] = {}
        self._sittings: dict[tuple[str, str], list[A]] = {}
        for attempt in sorted(attempts, key=lambda attempt: attempt.id):
            self._sittings.setdefault((attempt.institution, attempt.course), []).append(attempt)

    def find(self, entry: TableEntry, course: str, *, expected: bool) -> A | Why:
        """The attempt at ``course`` that serves the entry, or why there is none."""
        every = self._sittings.get((entry.institution, course), [])
        sittings = [attempt for attempt in every if entry.is_valid_in(attempt.term)]
        if every and not sittings:
            return Why.OUT_OF_TIME
        unspent = [attempt for attempt in sittings if coin(attempt) not in self._spent]
        if sittings and not unspent:
            return Why.SPENT
        if unspent and all(attempt.id in self._barred for attempt in unspent):
            return Why.NOT_AGAIN
        unspent = [attempt for attempt in unspent if attempt.id not in self._barred]
        if passed := [attempt for attempt in unspent if attempt.status == PASSED]:
            return self._good_enough(passed, entry.min_grade)
        coming = [attempt for attempt in unspent if expected and attempt.status in EXPECTED]
        if coming:
            return max(coming, key=lambda attempt: attempt.term)
        return Why.NOT_PASSED if sittings else Why.NOT_TAKEN

    def _good_enough(self, passed: list[A], least: Decimal | None) -> A | Why:
        # An ordinary course stands by one attempt; repeatable ones each for itself, and the first good one serves.
        stands = that_stands(passed, self._policy)
        standing = [attempt for attempt in passed if attempt.repeatable or attempt is stands]
        good = [attempt for attempt in standing if _reaches(attempt, least)]
        return good[0] if good else Why.GRADE_TOO_LOW

    def cannot_give(self, entry: TableEntry) -> tuple[tuple[str, Why], ...]:
        """What of the entry's gift the student has in the degree already, or the student's curriculum does not know."""
        unknown = [course for course in entry.target_courses if course not in self._curriculum]
        held = [course for course in entry.target_courses if self._has(entry.target_institution, course)]
        return (*((course, Why.HELD) for course in held), *((course, Why.NOT_IN_CURRICULUM) for course in unknown))

    def _has(self, institution: str, course: str) -> bool:
        native = self._sittings.get((institution, course), ())
        return (institution, course) in self._granted or any(sat.status in (PASSED, *EXPECTED) for sat in native)

    def settle(self, entry: TableEntry, sources: Iterable[A]) -> None:
        """Write the sources off for this degree, and what they gave as granted."""
        self._spent.update((coin(attempt), entry.id) for attempt in sources)
        self._granted.update(((entry.target_institution, course), entry.id) for course in entry.target_courses)

    def instead_of(self, entry: TableEntry) -> tuple[str, ...]:
        """The entries that have what this one lacks, in the order of its courses."""
        sittings = [
            sat for course in entry.source_courses for sat in self._sittings.get((entry.institution, course), ())
        ]
        takers = [self._spent.get(coin(sat)) for sat in sittings]
        givers = [self._granted.get((entry.target_institution, course)) for course in entry.target_courses]
        return tuple(dict.fromkeys(other for other in (*takers, *givers) if other is not None))

    def begun(self, entry: TableEntry) -> bool:
        """Whether the record knows any of the entry's courses."""
        return any((entry.institution, course) in self._sittings for course in entry.source_courses)


def _reaches(attempt: Sat, least: Decimal | None) -> bool:
    if least is None:
        return True
    return attempt.ungraded_pass if attempt.grade is None else attempt.grade >= least


def coin(attempt: Sat) -> tuple[str, str, str]:
    """What can be spent once: the course, or a repeatable attempt by itself."""
    return attempt.institution, attempt.course, attempt.id if attempt.repeatable else ""


def recognise(
    entries: Sequence[E],
    attempts: Iterable[A],
    *,
    policy: str,
    curriculum: Container[str],
    decided: Iterable[Fulfilled[E, A]] = (),
    barred: Container[str] = (),
) -> StudentLedger[E, A]:
    """What ``attempts`` give in the degree into which all ``entries`` recognise; the order of the attempts is nothing.

    ``policy`` (best, latest, first_pass) says which of several attempts at a course stands where it is sat;
    ``curriculum`` knows the codes of the courses of the recognising degree. What was ``decided`` one by one has spent
    its attempts before any entry is looked at. ``barred`` are the ids of attempts that serve no entry.
    """
    account: _Account[E, A] = _Account(attempts, policy, curriculum, barred)
    for settled in decided:
        account.settle(settled.entry, settled.sources)
    begun = [entry for entry in entries if account.begun(entry)]
    done: dict[str, Fulfilled[E, A]] = {}
    for expected in (False, True):
        for entry in begun:
            if entry.id not in done and (sources := _sources(entry, account, expected=expected)):
                account.settle(entry, sources)
                done[entry.id] = Fulfilled(entry=entry, sources=sources, earned=not expected)
    return StudentLedger(
        fulfilled=tuple([done[entry.id] for entry in begun if entry.id in done]),
        pending=tuple([_pending(entry, account) for entry in begun if entry.id not in done]),
    )


def _sources(entry: E, account: _Account[E, A], *, expected: bool) -> tuple[A, ...]:
    """The attempts that fulfil the entry, in the order of its courses; none where it cannot be recognised."""
    if account.cannot_give(entry):
        return ()
    sources: list[A] = []
    for course in entry.source_courses:
        attempt = account.find(entry, course, expected=expected)
        if isinstance(attempt, Why):
            return ()
        sources.append(attempt)
    return tuple(sources)


def _pending(entry: E, account: _Account[E, A]) -> Pending[E]:
    looked = ((course, account.find(entry, course, expected=True)) for course in entry.source_courses)
    wanting = [(course, result) for course, result in looked if isinstance(result, Why)]
    refused = account.cannot_give(entry)
    return Pending(entry=entry, wanting=(*wanting, *refused), instead=account.instead_of(entry))


def proposed(sources: Sequence[Sat], grading: Grading, into: str, *, plain: str | None = None) -> GradedBlock:
    """The grade proposed at institution ``into`` for what was passed, and its working: see ``core.grades.block``.

    ``plain`` names the method of an equivalence that does not follow the agreement's. Without grade when a source is
    not yet passed. It is a proposal until the recognising side decides.
    """
    places = grading.scales[into].places
    if any(attempt.status != PASSED for attempt in sources):
        return GradedBlock(
            grade=None, parts=(), steps=(Message("Not everything is passed yet; no grade is proposed."),)
        )
    parts = [
        BlockPart(credits=sat.credits, converted=grading.convert(sat.grade, sat.institution, into, plain=plain))
        for sat in sources
    ]
    return block_of(parts, places=places)
