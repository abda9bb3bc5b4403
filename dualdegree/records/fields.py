"""What are the fields of a record called, and how does a reader say what stands in them?

Imports and the history keep what a register tells as texts: codes, ISO days, terms. Here each gets its words.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from dualdegree.core.enrolment import WORDS
from dualdegree.core.identity.persons import Trait
from dualdegree.core.records import RegisterMark
from dualdegree.core.terms import in_words as term_in_words
from dualdegree.core.text import LANGUAGES, Country, Message, Text
from dualdegree.programmes.curricula.reading import ROUTES

STATUSES: dict[str, tuple[str, Message]] = {
    "passed": ("met", Message("Passed")),
    "failed": ("unmet", Message("Failed")),
    "absent": ("unmet", Message("Absent: not passed")),
    "in_progress": ("planned", Message("In progress")),
    "planned": ("planned", Message("Planned")),
    "deferred": ("pending", Message("Examination deferred")),
    "withdrawn": ("neutral", Message("Withdrawn")),
    "offered": ("planned", Message("Offered in this term")),
}
"""Each status of an attempt, and of a course on offer, as a shape and a word."""
MARKS: dict[RegisterMark, Message] = {
    RegisterMark.RECOGNISED: Message("Recognised in the register"),
    RegisterMark.EXEMPTED: Message("Exempted from taking it"),
    RegisterMark.TRANSFERRED: Message("Transferred credit"),
    RegisterMark.RESIT: Message("Resit examination"),
    RegisterMark.REPEAT: Message("Course taken again"),
    RegisterMark.MISCONDUCT: Message("Failed for misconduct"),
    RegisterMark.COMPENSATED: Message("Passed by compensation"),
}
"""What a register says of a row beside its result."""
FIELDS: dict[str, Message] = {
    "status": Message("Result"),
    "grade": Message("Grade"),
    "credits": Message("Credits"),
    "title zh_Hans": Message("Title in Chinese"),
    "title en": Message("Title in English"),
    "title es": Message("Title in Spanish"),
    "family_name": Message("Family name"),
    "given_name": Message("Given name"),
    "han_name": Message("Name in Han"),
    "birth_date": Message("Birth date"),
    "other_names": Message("Former names and other spellings"),
    "nationality": Message("Nationality"),
    "identity_document": Message("Identity document"),
    "cohort": Message("Cohort"),
    "field of study": Message("Field of study"),
    "route": Message("Route"),
    "admission_term": Message("Admitted in"),
    "curriculum": Message("Curriculum"),
    "partner_number": Message("Number at the partner"),
    "linked with": Message("Linked with"),
    "advisor": Message("Advisor"),
    "account": Message("Account"),
    "value": Message("Value"),
    "achieved on": Message("Achieved on"),
    "offer": Message("Offer"),
    "mark": Message("The register's word"),
    "marks": Message("Marks of the register"),
    "enrolment state": Message("State of the enrolment"),
    "since": Message("In this state since"),
    "agrees in": Message("Agrees with the partner's register in"),
}
"""The words for what an import changes."""
DAYS = ("birth_date", "achieved on", "since")
ENROLMENT_STATES: Mapping[str, Message] = {state.value: words for state, words in WORDS.items()}
ANOTHER = "*"
"""What follows the shown end of an identity document that is another one with the same end."""
TRAITS: Mapping[Trait, Message] = {
    Trait.DOCUMENT: Message("Identity document"),
    Trait.BIRTH_DATE: Message("Birth date"),
    Trait.LATIN_NAME: Message("Name in Latin letters"),
    Trait.HAN_NAME: Message("Name in Han"),
    Trait.OTHER_NAME: Message("A former name or another spelling"),
    Trait.NATIONALITY: Message("Nationality"),
}
"""By what two registers' entries are compared."""
FIGURES = ("credits", "value")
TITLE = "title "


def value_in_words(name: str, value: str, versions: Mapping[str, Text] | None = None) -> object:
    """What a field says, for ``say``; ``versions`` are the titles of a curriculum's versions by their names."""
    if not value:
        return "–"
    match name:
        case "status" | "offer":
            return STATUSES[value][1] if value in STATUSES else value
        case "marks":
            return tuple(MARKS[RegisterMark(mark)] for mark in value.split())
        case "enrolment state":
            return ENROLMENT_STATES.get(value, value)
        case "nationality":
            return Country(value)
        case "route":
            return ROUTES.get(value, value)
        case "admission_term":
            return term_in_words(value)
        case "curriculum":
            return version_in_words(value, versions or {})
        case "identity_document" if value.endswith(ANOTHER):
            return Message("%(document)s, another number than before", {"document": value.removesuffix(ANOTHER)})
        case "agrees in":
            return tuple(TRAITS[Trait(trait)] for trait in value.split(", "))
        case _ if name in DAYS:
            return _day(value)
        case _ if name in FIGURES:
            return _figure(value)
        case _:
            return value


def version_in_words(version: str, versions: Mapping[str, Text]) -> object:
    """A version by its title, with the name that it has in files."""
    if not versions.get(version):
        return version
    return Message("%(title)s (%(version)s)", {"title": versions[version], "version": version})


def thing_in_words(what: str, change: Mapping[str, str], titles: Mapping[str, Text] | None = None) -> object:
    """A course, its term and sitting, as in ``39001 2026-1 1``, or a milestone; titles as given, else by code.

    What the change itself says of the title holds where ``titles`` do not know the code.
    """
    known = titles or {}
    parts = what.split(" ")
    own = {language: change[TITLE + language] for language in LANGUAGES if change.get(TITLE + language)}
    if len(parts) == 1:
        return known.get(what) or what
    code, term = parts[0], term_in_words(parts[1])
    title = known.get(code) or own
    words = {"title": title, "code": code, "term": term, "sitting": parts[-1]}
    later = len(parts) > 2 and parts[-1].isdigit() and parts[-1] != "1"
    if not title:
        return Message("%(code)s, %(term)s", words)
    if later:
        return Message("%(title)s (%(code)s, %(term)s, sitting %(sitting)s)", words)
    return Message("%(title)s (%(code)s, %(term)s)", words)


def _day(value: str) -> object:
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return value


def _figure(value: str) -> object:
    try:
        return Decimal(value)
    except InvalidOperation:
        return value
