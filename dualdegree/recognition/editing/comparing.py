"""How do two versions of an equivalence table differ? Entry by entry, in words side by side."""

from dualdegree.core.curricula.equivalence import Entry, EquivalenceTable, SourceCourse, Target
from dualdegree.core.text import InstitutionName, Message
from dualdegree.programmes.curricula.comparing import Difference, Statements, between
from dualdegree.programmes.curricula.vocabulary import Vocabulary
from dualdegree.recognition.presenting import syllabi_in_words, terms_of

ENTRIES = Message("Equivalences")


def tables_compared(old: EquivalenceTable, new: EquivalenceTable, vocabulary: Vocabulary) -> tuple[Difference, ...]:
    """Every entry in which two versions differ, in the order of the table; notes apart."""
    return tuple(between(ENTRIES, _entries(old, vocabulary), _entries(new, vocabulary)))


def _entries(table: EquivalenceTable, vocabulary: Vocabulary) -> Statements:
    return {entry.id: (_name(entry, vocabulary), entry_in_words(entry, vocabulary)) for entry in table.entries}


def _name(entry: Entry, vocabulary: Vocabulary) -> Message:
    """An entry by the courses that it takes; by its own name where the curricula do not know them."""
    titles = tuple(vocabulary.courses.get((entry.institution, source.code)) for source in entry.sources)
    known = tuple(title for title in titles if title)
    return Message("%(courses)s", {"courses": known or entry.id})


def entry_in_words(entry: Entry, vocabulary: Vocabulary) -> Message:
    """Everything that the entry says but its note, as one sentence."""
    words = {
        "sources": tuple(_course(course, entry.institution, vocabulary) for course in entry.sources),
        "targets": tuple(_course(course, entry.target_institution, vocabulary) for course in entry.targets),
        "at": InstitutionName(entry.institution),
        "into": InstitutionName(entry.target_institution),
    }
    gives = Message("%(sources)s of %(at)s give %(targets)s of %(into)s", words)
    terms = (*terms_of(entry), *syllabi_in_words(entry))
    return Message("%(gives)s. %(terms)s.", {"gives": gives, "terms": terms}) if terms else gives


def _course(course: SourceCourse | Target, institution: str, vocabulary: Vocabulary) -> Message:
    if course.code is None:
        tags = course.tags if isinstance(course, Target) else ()
        called = tuple(vocabulary.words.get((institution, tag)) or tag for tag in tags)
        return Message("%(credits)s credits marked %(tags)s", {"credits": course.credits, "tags": called})
    title = vocabulary.courses.get((institution, course.code))
    words = {"title": title, "code": course.code, "credits": course.credits, "ects": course.ects}
    if title and course.ects is None:
        return Message("%(title)s (%(code)s, %(credits)s credits)", words)
    if title:
        return Message("%(title)s (%(code)s, %(credits)s credits, %(ects)s ECTS)", words)
    if course.ects is None:
        return Message("%(code)s (%(credits)s credits)", words)
    return Message("%(code)s (%(credits)s credits, %(ects)s ECTS)", words)
