"""Which courses of one institution stand for which of the other, as the text of an equivalence table says?"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.core.audit.curriculum import NOTES, optional_name, read_notes
from dualdegree.core.audit.language import read_text, unique
from dualdegree.core.audit.register import names
from dualdegree.core.audit.source import read
from dualdegree.core.audit.tree import Place
from dualdegree.core.text import Message, Text

SIDE = ("institution", "courses")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A course as it is sat; credits in the unit of its institution, ``ects`` where the table agrees on a figure."""

    code: str
    credits: Decimal
    ects: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is granted for it: a course of the target's curriculum, or credits of a group of tags (no ``code``)."""

    code: str | None
    credits: Decimal
    ects: Decimal | None = None
    title: Text
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One equivalence: all the sources together give all the targets."""

    id: str
    institution: str
    """Where the sources are sat."""
    sources: tuple[Source, ...]
    target_institution: str
    targets: tuple[Target, ...]
    min_grade: Decimal | None = None
    """The least grade of each source, on the scale of the institution where it is sat."""
    note: Text
    line: int = 0

    @property
    def source_courses(self) -> tuple[str, ...]:
        """The codes of the sources."""
        return tuple(source.code for source in self.sources)

    @property
    def target_courses(self) -> tuple[str, ...]:
        """The codes of those targets that are courses."""
        return tuple(target.code for target in self.targets if target.code is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EquivalenceTable:
    """All equivalences of a programme in one version, in the order in which they are tried."""

    id: str
    programme: str
    version: str
    entries: tuple[Entry, ...]
    notes: Mapping[str, Text]


def read_equivalences(text: str | bytes, name: str) -> EquivalenceTable:
    """The table that a text holds; ``name`` is what errors call it. Raises ``SourceError``, and nothing else."""
    found = read(text, name).fields(("equivalences", "programme", "version", "entries"), ("title", *NOTES))
    entries = tuple(_entry(entry) for entry in found["entries"].each())
    unique(entry.entry("id") for entry in found["entries"].each())
    return EquivalenceTable(
        id=found["equivalences"].name(),
        programme=found["programme"].name(),
        version=found["version"].name(),
        entries=entries,
        notes=read_notes(found),
    )


def _entry(place: Place) -> Entry:
    found = place.fields(("id", "from", "to"), ("min_grade", "note"))
    sat, granted = found["from"].fields(SIDE), found["to"].fields(SIDE)
    if sat["institution"].name() == granted["institution"].name():
        raise granted["institution"].wrong(Message("both sides are at this institution; they must be at two"))
    return Entry(
        id=found["id"].name(),
        institution=sat["institution"].name(),
        sources=tuple(_source(course) for course in _some(sat["courses"])),
        target_institution=granted["institution"].name(),
        targets=tuple(_target(course) for course in _some(granted["courses"])),
        min_grade=found["min_grade"].number() if "min_grade" in found else None,
        note=read_text(found.get("note")),
        line=place.line,
    )


def _some(place: Place) -> tuple[Place, ...]:
    courses = place.each()
    if not courses:
        raise place.wrong(Message("name at least one course here"))
    unique(course.entry("code") for course in courses if "code" in course.entries())
    return courses


def _source(place: Place) -> Source:
    found = place.fields(("code", "credits"), ("ects",))
    return Source(
        code=found["code"].name(),
        credits=found["credits"].credits(),
        ects=found["ects"].credits() if "ects" in found else None,
    )


def _target(place: Place) -> Target:
    found = place.fields(("credits",), ("code", "ects", "title", "tags"))
    if "code" not in found and not names(found.get("tags")):
        raise place.wrong(Message("name the course that is granted, or the tags of its group"))
    return Target(
        code=optional_name(found, "code"),
        credits=found["credits"].credits(),
        ects=found["ects"].credits() if "ects" in found else None,
        title=read_text(found.get("title")),
        tags=names(found.get("tags")),
    )
