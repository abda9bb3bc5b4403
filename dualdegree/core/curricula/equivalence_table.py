"""Which courses of one institution stand for which of the other, as the text of an equivalence table says?"""

from collections.abc import Iterator

from dualdegree.core.audit.case.attempts import names
from dualdegree.core.audit.case.rule_text import read_text, unique
from dualdegree.core.curricula.curriculum import NOTES, optional_name, read_notes
from dualdegree.core.curricula.equivalence import Entry, EquivalenceTable, Evidence, SourceCourse, Target
from dualdegree.core.curricula.equivalence_terms import read_cohort, read_evidence, read_period
from dualdegree.core.grades import PLAIN
from dualdegree.core.source.reading import SourceError, read
from dualdegree.core.source.tree import Place
from dualdegree.core.text import Message

SIDE = ("institution", "courses")
TERMS = ("min_grade", "grade_method", "admission", "valid", "evidence", "choice", "note")

CHOSEN_BY = ("student",)
"""Whose choice an entry can be."""


def read_equivalences(text: str | bytes, name: str) -> EquivalenceTable:
    """The table that a text holds; ``name`` is what errors call it. Raises ``SourceError``, and nothing else."""
    return table_at(read(text, name))


def table_at(place: Place) -> EquivalenceTable:
    """The table whose keys stand at ``place``, whatever kind of file they were read from. Raises ``SourceError``."""
    fields = place.fields(("equivalences", "programme", "version", "entries"), ("title", *NOTES))
    entries = tuple(entry_at(entry) for entry in fields["entries"].each())
    unique(entry.entry("id") for entry in fields["entries"].each())
    return EquivalenceTable(
        id=fields["equivalences"].name(),
        programme=fields["programme"].name(),
        version=fields["version"].version_name(),
        title=read_text(fields.get("title")),
        entries=entries,
        notes=read_notes(fields),
    )


def mistakes(entries: Place) -> Iterator[SourceError]:
    """The first mistake in each of the entries at this place, so that all can be mended at once."""
    for place in entries.each():
        try:
            entry_at(place)
        except SourceError as error:
            yield error


def entry_at(place: Place) -> Entry:
    """The entry that stands at ``place``. Raises ``SourceError``."""
    fields = place.fields(("id", "from", "to"), TERMS)
    sat, granted = fields["from"].fields(SIDE), fields["to"].fields(SIDE)
    if sat["institution"].name() == granted["institution"].name():
        raise granted["institution"].wrong(Message("both sides are at this institution; they must be at two"))
    return Entry(
        id=fields["id"].name(),
        institution=sat["institution"].name(),
        sources=tuple(_source(course) for course in _some(sat["courses"])),
        target_institution=granted["institution"].name(),
        targets=tuple(_target(course) for course in _some(granted["courses"])),
        min_grade=fields["min_grade"].number() if "min_grade" in fields else None,
        grade_method=fields["grade_method"].word(tuple(PLAIN)) if "grade_method" in fields else None,
        cohort=read_cohort(fields["admission"]) if "admission" in fields else None,
        period=read_period(fields["valid"]) if "valid" in fields else None,
        evidence=read_evidence(fields["evidence"]) if "evidence" in fields else Evidence(),
        note=read_text(fields.get("note")),
        is_choice="choice" in fields and fields["choice"].word(CHOSEN_BY) in CHOSEN_BY,
        line=place.line,
    )


def _some(place: Place) -> tuple[Place, ...]:
    courses = place.each()
    if not courses:
        raise place.wrong(Message("name at least one course here"))
    unique(course.entry("code") for course in courses if "code" in course.entries())
    return courses


def _source(place: Place) -> SourceCourse:
    fields = place.fields(("code", "credits"), ("ects",))
    return SourceCourse(
        code=fields["code"].name(),
        credits=fields["credits"].credits(),
        ects=fields["ects"].credits() if "ects" in fields else None,
    )


def _target(place: Place) -> Target:
    fields = place.fields(("credits",), ("code", "ects", "title", "tags"))
    if "code" not in fields and not names(fields.get("tags")):
        raise place.wrong(Message("name the course that is granted, or the tags of its group"))
    return Target(
        code=optional_name(fields, "code"),
        credits=fields["credits"].credits(),
        ects=fields["ects"].credits() if "ects" in fields else None,
        title=read_text(fields.get("title")),
        tags=names(fields.get("tags")),
    )
