"""Which names and titles has an institution, in which languages are they stored, and where may each be printed?"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import orm

from dualdegree.core.audit.explain.words import name_of
from dualdegree.core.audit.rules import nodes
from dualdegree.core.text import LANGUAGES, Message, Text, text_key
from dualdegree.programmes import service as programmes
from dualdegree.programmes.models import CurriculumVersion, Institution
from dualdegree.programmes.texts import agreed, curriculum_of, profile_of


class TitleKind(StrEnum):
    """What a title is the title of."""

    COURSE = "course"
    DEGREE = "degree"
    CURRICULUM = "curriculum"
    GROUP = "group"
    INSTITUTION = "institution"
    PROGRAMME = "programme"


KINDS: dict[TitleKind, Message] = {
    TitleKind.COURSE: Message("Course"),
    TitleKind.DEGREE: Message("Degree"),
    TitleKind.CURRICULUM: Message("Curriculum"),
    TitleKind.GROUP: Message("Requirement or group of courses"),
    TitleKind.INSTITUTION: Message("Institution"),
    TitleKind.PROGRAMME: Message("Programme or agreement"),
}
PARTS = {
    "name": Message("Name of the institution"),
    "place": Message("Place"),
    "office": Message("Office of the registrar"),
    "unit": Message("Unit of credits"),
}
"""What of an institution documents print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTitle:
    """A title as it is stored. ``code`` tells it from others: a course's code, a part of the institution."""

    kind: TitleKind
    code: str
    text: Text

    @property
    def about(self) -> str:
        """What it is the title of, as it is stored."""
        return f"{self.kind}:{self.code}"

    @property
    def key(self) -> str:
        """By which an approved form finds it."""
        return text_key(self.text) if self.text else self.code

    @property
    def address(self) -> str:
        """By which a page finds it."""
        return hashlib.sha256(f"{self.about} {self.key}".encode()).hexdigest()[:24]

    @property
    def is_printed(self) -> bool:
        """Whether a document prints it; the others are read on pages alone."""
        return self.kind not in {TitleKind.CURRICULUM, TitleKind.GROUP}

    @property
    def lacking(self) -> tuple[str, ...]:
        """The languages that the stored text lacks."""
        return tuple(language for language in LANGUAGES if not self.text.get(language, "").strip())


def titles_of(session: orm.Session, institution: Institution) -> Sequence[StoredTitle]:
    """Every title of the institution's published curricula, its own names and its programmes', each once, in order."""
    versions = [
        version
        for version in programmes.versions_with(session, institution.id)
        if version.institution_id == institution.id and version.published_at is not None
    ]
    every = (*_programmes(session, institution), *_institution(institution), *_curricula(versions))
    return tuple({(title.about, title.key): title for title in every}.values())


def _programmes(session: orm.Session, institution: Institution) -> Iterator[StoredTitle]:
    agreements = programmes.agreements(session, institution.id)
    titles = programmes.programme_titles(session)
    for programme in sorted({agreement.programme_id for agreement in agreements}):
        yield StoredTitle(kind=TitleKind.PROGRAMME, code="", text=titles[programme])
    for agreement in agreements:
        if agreement.in_force_from is not None:
            yield StoredTitle(kind=TitleKind.PROGRAMME, code="", text=agreed(agreement).title)


def _institution(institution: Institution) -> Iterator[StoredTitle]:
    if not institution.profile:
        return
    profile = profile_of(institution)
    texts = (profile.names, profile.place, profile.office, profile.credit_unit)
    for part, text in zip(PARTS, texts, strict=True):
        yield StoredTitle(kind=TitleKind.INSTITUTION, code=part, text=text)


def _curricula(versions: Sequence[CurriculumVersion]) -> Iterator[StoredTitle]:
    for version in versions:
        value = curriculum_of(version)
        yield StoredTitle(kind=TitleKind.DEGREE, code="", text=value.award)
        yield StoredTitle(kind=TitleKind.CURRICULUM, code=version.version, text=value.title)
        for course in value.courses.values():
            yield StoredTitle(kind=TitleKind.COURSE, code=course.code, text=course.title)
        named = (*value.degree.words.values(), *(name_of(rule) for rule in nodes(value.degree.requirements)))
        for text in named:
            if text and set(text) <= set(LANGUAGES):
                yield StoredTitle(kind=TitleKind.GROUP, code="", text=text)
