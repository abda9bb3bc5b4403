"""How do two versions of an equivalence table differ? Entry by entry, in words side by side."""

from dualdegree.core.curricula.equivalence import Entry, EquivalenceTable, SourceCourse, Target
from dualdegree.core.text import Message
from dualdegree.programmes.curricula.comparing import Difference, Statements, between
from dualdegree.recognition.presenting import syllabi_in_words, terms_of

ENTRIES = Message("Equivalences")


def tables_compared(old: EquivalenceTable, new: EquivalenceTable) -> tuple[Difference, ...]:
    """Every entry in which two versions differ, in the order of the table; notes apart."""
    return tuple(between(ENTRIES, _entries(old), _entries(new)))


def _entries(table: EquivalenceTable) -> Statements:
    return {entry.id: (Message("%(id)s", {"id": entry.id}), entry_in_words(entry)) for entry in table.entries}


def entry_in_words(entry: Entry) -> Message:
    """Everything that the entry says but its note, as one sentence."""
    words = {
        "sources": tuple(map(_course, entry.sources)),
        "targets": tuple(map(_course, entry.targets)),
        "at": entry.institution,
        "into": entry.target_institution,
    }
    gives = Message("%(sources)s of %(at)s give %(targets)s of %(into)s", words)
    terms = (*terms_of(entry), *syllabi_in_words(entry))
    return Message("%(gives)s. %(terms)s.", {"gives": gives, "terms": terms}) if terms else gives


def _course(course: SourceCourse | Target) -> Message:
    if course.code is None:
        tags = course.tags if isinstance(course, Target) else ()
        return Message("%(credits)s credits marked %(tags)s", {"credits": course.credits, "tags": tags})
    if course.ects is None:
        return Message("%(code)s (%(credits)s credits)", {"code": course.code, "credits": course.credits})
    words = {"code": course.code, "credits": course.credits, "ects": course.ects}
    return Message("%(code)s (%(credits)s credits, %(ects)s ECTS)", words)
