"""What does an equivalence table map as a whole? Each direction with its credits in and out, and what it leaves out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.core.credit import worth
from dualdegree.core.curricula.curriculum import Course, Curriculum
from dualdegree.core.curricula.equivalence import EquivalenceTable
from dualdegree.core.text import Text
from dualdegree.recognition.reading import EquivalenceRow, rows_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A course that no entry of the direction names; ``excluded``: the agreement never recognises its kind."""

    code: str
    title: Text
    ects: Decimal
    excluded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """What is sat at one institution and granted by the other.

    ``not_taken`` are courses of ``origin`` that no entry takes, ``not_given`` those of ``into`` that no entry gives, as
    the versions named beside them have them.
    """

    origin: str
    into: str
    rows: tuple[EquivalenceRow, ...]
    not_taken: tuple[LeftOut, ...]
    not_given: tuple[LeftOut, ...]

    @property
    def earned(self) -> Decimal:
        """ECTS that are sat, all entries together."""
        return sum((row.earned for row in self.rows), Decimal(0))

    @property
    def granted(self) -> Decimal:
        """ECTS that are granted for them."""
        return sum((row.granted for row in self.rows), Decimal(0))


def directions(
    table: EquivalenceTable,
    known: Sequence[Curriculum],
    newest: Mapping[str, Curriculum],
    excluded: Mapping[str, Sequence[str]],
) -> tuple[Direction, ...]:
    """Both directions, in the order of the institutions; ``known`` are all versions, which give titles and ECTS.

    ``newest`` is the version of each side whose courses must be covered; ``excluded`` the tags of what is never
    recognised into each side's degree.
    """
    parties = sorted(newest)
    rows = rows_of(table, known)
    return tuple(
        Direction(
            origin=origin,
            into=into,
            rows=tuple(row for row in rows if (row.institution, row.target_institution) == (origin, into)),
            not_taken=tuple(_left_out(newest[origin], _taken(rows, origin, into), excluded.get(into, ()))),
            not_given=tuple(_left_out(newest[into], _given(rows, origin, into), excluded.get(into, ()))),
        )
        for origin in parties
        for into in parties
        if origin != into
    )


def _taken(rows: Sequence[EquivalenceRow], origin: str, into: str) -> set[str]:
    own = (row for row in rows if (row.institution, row.target_institution) == (origin, into))
    return {source.code for row in own for source in row.sources}


def _given(rows: Sequence[EquivalenceRow], origin: str, into: str) -> set[str]:
    own = (row for row in rows if (row.institution, row.target_institution) == (origin, into))
    return {target.code for row in own for target in row.targets}


def _left_out(curriculum: Curriculum, named: set[str], excluded: Sequence[str]) -> Iterator[LeftOut]:
    for course in curriculum.courses.values():
        if course.code not in named:
            yield LeftOut(
                code=course.code,
                title=course.title,
                ects=_ects(course, curriculum),
                excluded=bool(set(course.tags) & set(excluded)),
            )


def _ects(course: Course, curriculum: Curriculum) -> Decimal:
    return worth(course.credits, course.ects, curriculum.degree.ects_per_credit)
