"""What do the stored texts say? Each is parsed once per digest, however often its row is loaded."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy import orm

from dualdegree.core.audit.rules import Degree
from dualdegree.core.curricula.agreement import Agreement, read_agreement
from dualdegree.core.curricula.curriculum import Course, Curriculum, read_curriculum
from dualdegree.core.days import day_in
from dualdegree.core.text import Text
from dualdegree.programmes.institutions.profile import Profile, read_profile
from dualdegree.programmes.models import AgreementVersion, CurriculumVersion, Institution


@dataclass(frozen=True, slots=True)
class Stored:
    """A text under its digest; it is fetched only when it has not been parsed yet."""

    digest: str
    fetch: Callable[[], str] = field(compare=False)


@lru_cache(maxsize=128)
def _curriculum(stored: Stored) -> Curriculum:
    return read_curriculum(stored.fetch(), "curriculum")


@lru_cache(maxsize=32)
def _agreement(stored: Stored) -> Agreement:
    return read_agreement(stored.fetch(), "agreement")


def curriculum_of(version: CurriculumVersion) -> Curriculum:
    """Everything that the version's text says, parsed once per digest."""
    return curriculum_with(version.digest, lambda: version.text)


def curriculum_with(digest: str, fetch: Callable[[], str]) -> Curriculum:
    """The same for lists, which read no more of a version than its digest while its text has been parsed."""
    return _curriculum(Stored(digest, fetch))


def degree_of(version: CurriculumVersion) -> Degree:
    """The degree's rules in this version."""
    return curriculum_of(version).degree


def courses_of(version: CurriculumVersion) -> Mapping[str, Course]:
    """The courses of this version by code, in the order of the file."""
    return curriculum_of(version).courses


def agreed(version: AgreementVersion) -> Agreement:
    """Everything that the agreement's text says, parsed once per digest."""
    return _agreement(Stored(version.digest, lambda: version.text))


@lru_cache(maxsize=32)
def _profile(text: str) -> Profile:
    return read_profile(text, "institution.yaml")


def profile_of(institution: Institution) -> Profile:
    """The institution's profile as its registrar last saved it, parsed once per text."""
    return _profile(institution.profile)


def zones(institutions: Iterable[Institution]) -> dict[str, dt.tzinfo]:
    """The time zone of each institution, by its id: on whose calendar its days are days."""
    return {institution.id: profile_of(institution).time_zone for institution in institutions}


def zone_at(session: orm.Session, institution_id: str) -> dt.tzinfo:
    """The time zone of an institution; UTC for one that has no profile here yet."""
    institution = session.get(Institution, institution_id)
    return profile_of(institution).time_zone if institution else dt.UTC


def day_at(session: orm.Session, institution_id: str, at: dt.datetime) -> dt.date:
    """Which day it is at an institution: by its own calendar its terms of days begin and end."""
    return day_in(at, zone_at(session, institution_id))


def short_name(institution: Institution) -> Text:
    """What badges and narrow columns call the institution."""
    return institution.short_names or institution.names
