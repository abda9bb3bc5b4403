"""What is the mean of a record? Exact, by the method that the institution's profile names, with the method in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from dualdegree.core.grades.scales import Scale
from dualdegree.core.text import Message, Text


class Fails(StrEnum):
    """Whether failing grades count in a mean."""

    NONE = "none"
    LAST = "last"
    """A course that is not passed counts once, with its last failing grade."""
    EVERY = "every"
    """Every failing grade counts, beside the attempt that stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanMethod:
    """How an institution takes the mean of its own record, weighted by credits, half up to so many decimals.

    Without a figure a grade never counts, nor does what a register lists as recognised. ``without_tags`` and
    ``without_marks`` name what is left out besides.
    """

    decimals: int
    fails: Fails = Fails.NONE
    without_tags: tuple[str, ...] = ()
    without_marks: tuple[str, ...] = ()
    source: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanEntry:
    """One attempt as a mean reads it; ``stands``: it is the passed one that counts for its course."""

    course: str
    term: str
    credits: Decimal
    grade: Decimal | None
    stands: bool
    failed: bool
    tags: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMean:
    """The mean, and the credits that it is taken of."""

    value: Decimal
    credits: Decimal


def record_mean(entries: Iterable[MeanEntry], method: MeanMethod) -> RecordMean | None:
    """The mean of one register's attempts by the method; None where nothing bears a figure.

    Source: RD 1125/2003 art. 5.3 and RD 22/2015 for Spain; every other rule is the profile's.
    """
    counted = [(entry.credits, entry.grade) for entry in _counted(list(entries), method) if entry.grade is not None]
    credits_ = sum((weight for weight, _ in counted), Decimal(0))
    if not credits_:
        return None
    total = sum((Fraction(weight) * Fraction(grade) for weight, grade in counted), Fraction(0))
    return RecordMean(value=half_up(total / Fraction(credits_), method.decimals), credits=credits_)


def half_up(value: Fraction, decimals: int) -> Decimal:
    """A figure that is not negative, exactly half up to so many decimals."""
    scaled = (value * 10**decimals + Fraction(1, 2)).__floor__()
    return Decimal(scaled).scaleb(-decimals)


def _counted(entries: Sequence[MeanEntry], method: MeanMethod) -> Iterator[MeanEntry]:
    taken = [
        entry
        for entry in entries
        if not set(entry.tags) & set(method.without_tags) and not set(entry.marks) & set(method.without_marks)
    ]
    yield from (entry for entry in taken if entry.stands)
    failed = [entry for entry in taken if entry.failed and entry.grade is not None]
    if method.fails is Fails.EVERY:
        yield from failed
    elif method.fails is Fails.LAST:
        passed = {entry.course for entry in entries if entry.stands}
        last = {entry.course: entry for entry in sorted(failed, key=lambda entry: entry.term)}
        yield from (entry for course, entry in sorted(last.items()) if course not in passed)


FAILS = {
    Fails.NONE: Message("Of the attempts that stand; failing grades do not count."),
    Fails.LAST: Message("A course that is not passed counts with its last failing grade."),
    Fails.EVERY: Message("Every failing grade counts, beside the attempts that stand."),
}


def mean_in_words(
    method: MeanMethod, scale: Scale, tags: Sequence[object] = (), marks: Sequence[object] = ()
) -> tuple[Message, ...]:
    """The method in whole sentences; ``tags`` and ``marks`` are what it leaves out, as a reader calls them."""
    words = {"scale": scale.title, "places": str(method.decimals)}
    return (
        Message("Weighted by credits, on this scale: %(scale)s; rounded half up to %(places)s decimals.", words),
        FAILS[method.fails],
        Message("Grades without a figure, and what is recognised from elsewhere, are not in it."),
        *((Message("Courses of these groups are not in it: %(tags)s.", {"tags": tuple(tags)}),) if tags else ()),
        *((Message("Attempts marked so are not in it: %(marks)s.", {"marks": tuple(marks)}),) if marks else ()),
        *((Message("Source: %(source)s", {"source": method.source}),) if method.source else ()),
    )
