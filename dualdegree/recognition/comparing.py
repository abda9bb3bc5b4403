"""How do two versions of an equivalence table differ? Entry by entry, in words side by side."""

from dualdegree.core.audit.equivalences import Entry, EquivalenceTable, Source, Target
from dualdegree.core.text import Message
from dualdegree.programmes.comparing import Difference, Told, between

ENTRIES = Message("Equivalences")


def tables_compared(old: EquivalenceTable, new: EquivalenceTable) -> tuple[Difference, ...]:
    """Every entry in which two versions differ, in the order of the table; notes apart."""
    return tuple(between(ENTRIES, _entries(old), _entries(new)))


def _entries(table: EquivalenceTable) -> Told:
    return {entry.id: (Message("%(id)s", {"id": entry.id}), _entry(entry)) for entry in table.entries}


def _entry(entry: Entry) -> Message:
    words = {
        "sources": tuple(map(_course, entry.sources)),
        "targets": tuple(map(_course, entry.targets)),
        "at": entry.institution,
        "into": entry.target_institution,
        "least": entry.min_grade,
    }
    if entry.min_grade is None:
        return Message("%(sources)s of %(at)s give %(targets)s of %(into)s", words)
    return Message("%(sources)s of %(at)s, each with at least %(least)s, give %(targets)s of %(into)s", words)


def _course(one: Source | Target) -> Message:
    if one.code is None:
        tags = one.tags if isinstance(one, Target) else ()
        return Message("%(credits)s credits marked %(tags)s", {"credits": one.credits, "tags": tags})
    if one.ects is None:
        return Message("%(code)s (%(credits)s credits)", {"code": one.code, "credits": one.credits})
    words = {"code": one.code, "credits": one.credits, "ects": one.ects}
    return Message("%(code)s (%(credits)s credits, %(ects)s ECTS)", words)
