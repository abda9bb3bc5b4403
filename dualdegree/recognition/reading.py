"""How does an equivalence table read, row by row in both units, and what does a student's recognition wait for?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.core.audit.explain.words import credits_in_words
from dualdegree.core.credit import worth
from dualdegree.core.curricula.curriculum import Course, Curriculum
from dualdegree.core.curricula.equivalence import EquivalenceTable, SourceCourse, Target
from dualdegree.core.recognition import Why
from dualdegree.core.text import Message, Text
from dualdegree.recognition.presenting import terms_of
from dualdegree.recognition.service import Awaited


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCourse:
    """A course with its credits in its own unit and in agreed ECTS; ``code`` is empty for credits of a group."""

    code: str
    title: Text | Message
    credits: Decimal
    ects: Decimal

    @property
    def in_words(self) -> Message:
        """Its credits in its own unit."""
        return credits_in_words(self.credits)


@dataclass(frozen=True, slots=True, kw_only=True)
class EquivalenceRow:
    """One entry of the table."""

    id: str
    institution: str
    sources: tuple[NamedCourse, ...]
    target_institution: str
    targets: tuple[NamedCourse, ...]
    terms: tuple[Message, ...]
    """For whom, when, with which grade and on what evidence it holds."""
    syllabi: tuple[str, ...]
    """The SHA-256 of its files."""
    note: Text

    @property
    def earned(self) -> Decimal:
        """ECTS that are sat."""
        return sum((course.ects for course in self.sources), Decimal(0))

    @property
    def granted(self) -> Decimal:
        """ECTS that are granted for it."""
        return sum((course.ects for course in self.targets), Decimal(0))


REASONS: Mapping[Why, Message] = {
    Why.NOT_TAKEN: Message("not taken yet"),
    Why.NOT_PASSED: Message("not passed"),
    Why.NOT_AGAIN: Message("passed in a way that this degree's curriculum does not recognise, such as by compensation"),
    Why.OUT_OF_TIME: Message("taken in a term in which the equivalence is not valid"),
    Why.GRADE_TOO_LOW: Message("the grade is below the least that the equivalence asks for"),
    Why.SPENT: Message("already recognised as something else in this degree"),
    Why.HELD: Message("already counted in this degree, or being studied there"),
    Why.NOT_IN_CURRICULUM: Message("not in the curriculum that binds the student"),
}
"""Why a course keeps an equivalence from being recognised."""


def reasons_of(awaited: Awaited, curricula: Sequence[Curriculum]) -> tuple[Message, ...]:
    """What an entry that the student has begun waits for: each course in its way, and why."""
    return tuple(
        Message(
            "%(title)s (%(code)s): %(reason)s.",
            {"title": _title_of(code, curricula), "code": code, "reason": REASONS[why]},
        )
        for code, why in awaited.pending.wanting
    )


def _title_of(code: str, curricula: Sequence[Curriculum]) -> Text | str:
    return next((curriculum.courses[code].title for curriculum in curricula if code in curriculum.courses), code)


def ects_of(named: SourceCourse | Target, curricula: Sequence[Curriculum]) -> Decimal:
    """What it is in ECTS: as the table says, else as the course's curriculum says, else by the ratio of that side.

    ``curricula`` are the versions of the side to which it belongs.
    """
    if named.ects is not None:
        return named.ects
    code = named.code or ""
    courses = (curriculum.courses[code] for curriculum in curricula if code in curriculum.courses)
    agreed = next((course.ects for course in courses if course.ects is not None), None)
    ratio = next((curriculum.degree.ects_per_credit for curriculum in curricula), Decimal(1))
    return worth(named.credits, agreed, ratio)


def rows_of(table: EquivalenceTable, curricula: Sequence[Curriculum]) -> tuple[EquivalenceRow, ...]:
    """The table's rows in the order of the file; titles come from the first curriculum that knows the course."""
    return tuple(
        EquivalenceRow(
            id=entry.id,
            institution=entry.institution,
            sources=tuple(_named(source, entry.institution, curricula) for source in entry.sources),
            target_institution=entry.target_institution,
            targets=tuple(_named(target, entry.target_institution, curricula) for target in entry.targets),
            terms=terms_of(entry),
            syllabi=entry.evidence.syllabi,
            note=entry.note,
        )
        for entry in table.entries
    )


def _named(named: SourceCourse | Target, institution: str, curricula: Sequence[Curriculum]) -> NamedCourse:
    own = [curriculum for curriculum in curricula if curriculum.institution == institution]
    code = named.code or ""
    course = next((curriculum.courses[code] for curriculum in own if code in curriculum.courses), None)
    return NamedCourse(code=code, title=_title(named, course), credits=named.credits, ects=ects_of(named, own))


def _title(named: SourceCourse | Target, course: Course | None) -> Text | Message:
    if course is not None:
        return course.title
    if isinstance(named, Target) and named.title:
        return named.title
    tags = named.tags if isinstance(named, Target) else ()
    return Message("Credits of the group %(tags)s", {"tags": tags})
