"""What do a curriculum's, an agreement's and an equivalence table's own texts say? Each read whole, or refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from dualdegree.core.audit.case.attempts import names
from dualdegree.core.audit.case.reading import read_shared_credits
from dualdegree.core.audit.case.rule_text import Fields, read_degree, read_limit, read_text, unique
from dualdegree.core.audit.explain.words import called
from dualdegree.core.audit.rules import Degree, Limit, Milestone, Origin, Select, SharedCredits, nodes, selects
from dualdegree.core.curricula.conversions import read_conversions
from dualdegree.core.curricula.equivalence_terms import read_syllabi
from dualdegree.core.grades import Conversion
from dualdegree.core.source.reading import read
from dualdegree.core.source.tree import Place
from dualdegree.core.terms import Span
from dualdegree.core.text import Message, Text

NOTES = ("notes", "labels", "source")
"""Texts per language that say where the figures come from, such as that they are illustrative."""
AGREEMENT_KEYS = (
    "shared_credits",
    "excluded_tags",
    "recognition_limits",
    "grade_conversion",
    "conversions",
    "milestones",
    *NOTES,
)
COURSE_KEYS = (
    "tags",
    "level",
    "language",
    "ects",
    "hours",
    "outcomes",
    "syllabi",
    "kind",
    "work",
    "repeatable",
    "milestone",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One course of a curriculum; credits in the degree's own unit, ``ects`` as agreed where that is not the ratio."""

    code: str
    title: Text
    credits: Decimal
    tags: tuple[str, ...] = ()
    level: Decimal | None = None
    language: str | None = None
    ects: Decimal | None = None
    hours: Decimal | None = None
    outcomes: Text = field(default_factory=dict)
    """What whoever passed the course can do."""
    syllabi: tuple[str, ...] = ()
    """Stored files by their SHA-256."""
    kind: str | None = None
    work: str | None = None
    repeatable: bool = False
    milestone: str | None = None
    """The milestone that whoever passes the course has reached."""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission(Span[str]):
    """Whom a version binds: those admitted from one term to another (or on), by these routes (or any)."""

    routes: tuple[str, ...] = ()

    def takes(self, term: str, route: str) -> bool:
        """Whether somebody admitted in that term by that route is among them."""
        return self.holds(term) and (not self.routes or route in self.routes)

    def overlaps(self, other: "Admission") -> bool:
        """Whether anybody could be among those of both."""
        return self.shares_route(other) and self.meets(other)

    def shares_route(self, other: "Admission") -> bool:
        """Whether a route leads to both."""
        return not self.routes or not other.routes or bool(set(self.routes) & set(other.routes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Curriculum:
    """One institution's side of a programme in one version."""

    id: str
    institution: str
    programme: str
    version: str
    title: Text
    admission: Admission
    award: Text
    """The title of the degree that is awarded."""
    notes: Mapping[str, Text]
    degree: Degree
    courses: Mapping[str, Course]
    """By code, in the order of the file."""

    def called(self, names: Iterable[str]) -> tuple[str | Text, ...]:
        """Tags or milestones as this curriculum calls them."""
        return called(names, self.degree.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What two institutions agreed on for a programme, in one version."""

    id: str
    programme: str
    version: str
    institutions: tuple[str, str]
    title: Text
    shared_credits: SharedCredits | None
    excluded_tags: Mapping[str, tuple[str, ...]]
    """Institution → tags of what is never recognised into its degree."""
    grade_conversion: Text
    milestones: tuple[str, ...]
    notes: Mapping[str, Text]
    conversions: tuple[Conversion, ...] = ()
    """How grades are converted, at most one for each direction; linear where nothing is said."""
    recognition_limits: Mapping[str, tuple[Limit, ...]] = field(default_factory=dict)
    """Institution → the most that may be recognised into its degree, over what its own curriculum says."""


def read_curriculum(text: str | bytes, name: str) -> Curriculum:
    """The curriculum that a text holds; ``name`` is what errors call it. Raises ``SourceError``, and nothing else."""
    place = read(text, name)
    must = ("curriculum", "institution", "programme", "version", "title", "admission", "degree", "courses")
    fields = place.fields(must, ("award", "words", *NOTES))
    degree = read_degree(fields["degree"])
    if degree.institution != fields["institution"].name():
        wrong = Message(
            "the degree is of another institution than its curriculum, %(id)s", {"id": fields["institution"].words()}
        )
        raise fields["degree"].entry("institution").wrong(wrong)
    courses = _courses(fields["courses"])
    words = _words(fields["words"], degree, courses) if "words" in fields else {}
    return Curriculum(
        id=fields["curriculum"].name(),
        institution=degree.institution,
        programme=fields["programme"].name(),
        version=fields["version"].name(),
        title=read_text(fields["title"]),
        admission=_admission(fields["admission"]),
        award=read_text(fields["award"].fields((), ("title",)).get("title")) if "award" in fields else {},
        notes=read_notes(fields),
        degree=replace(degree, words=words),
        courses=courses,
    )


def _admission(place: Place) -> Admission:
    fields = place.fields(("from",), ("to", "routes"))
    first, last = fields["from"].name(), fields["to"].name() if "to" in fields else None
    if last is not None and last < first:
        raise fields["to"].wrong(Message("the last admission is before the first, %(first)s", {"first": first}))
    return Admission(first=first, last=last, routes=names(fields.get("routes")))


def _words(place: Place, degree: Degree, courses: Mapping[str, Course]) -> dict[str, Text]:
    """What tags and milestones are called; a word for what the curriculum does not have is a slip of the pen."""
    known = {milestone for course in courses.values() if (milestone := course.milestone)}
    known.update(tag for course in courses.values() for tag in course.tags)
    known.update(tag for select in selects(degree) for tag in select.tag)
    known.update(node.milestone for node in nodes(degree.requirements) if isinstance(node, Milestone))
    words = {}
    for name, said in place.entries().items():
        if name not in known:
            raise said.wrong(Message('this curriculum has no tag or milestone "%(name)s"', {"name": name}))
        words[name] = read_text(said)
    return words


def _courses(place: Place) -> dict[str, Course]:
    unique(course.entry("code") for course in place.each())
    return {course.code: course for course in map(_course, place.each())}


def _course(place: Place) -> Course:
    fields = place.fields(("code", "title", "credits"), COURSE_KEYS)
    return Course(
        code=fields["code"].name(),
        title=read_text(fields["title"]),
        credits=fields["credits"].credits(),
        tags=names(fields.get("tags")),
        level=fields["level"].number() if "level" in fields else None,
        language=optional_name(fields, "language"),
        ects=fields["ects"].credits() if "ects" in fields else None,
        hours=fields["hours"].number() if "hours" in fields else None,
        outcomes=read_text(fields.get("outcomes")),
        syllabi=read_syllabi(fields.get("syllabi")),
        kind=optional_name(fields, "kind"),
        work=optional_name(fields, "work"),
        repeatable="repeatable" in fields and fields["repeatable"].flag(),
        milestone=optional_name(fields, "milestone"),
        line=place.line,
    )


def optional_name(fields: Fields, key: str) -> str | None:
    """The name under a key, where there is one."""
    return fields[key].name() if key in fields else None


def read_notes(fields: Fields) -> dict[str, Text]:
    """The notes of a file by key."""
    return {key: read_text(fields[key]) for key in NOTES if key in fields}


def read_agreement(text: str | bytes, name: str) -> Agreement:
    """The agreement that a text holds; ``name`` is what errors call it. Raises ``SourceError``, and nothing else."""
    must = ("agreement", "programme", "version", "institutions", "title")
    fields = read(text, name).fields(must, AGREEMENT_KEYS)
    institutions = names(fields["institutions"])
    if len(institutions) != 2:
        raise fields["institutions"].wrong(Message("an agreement is between two institutions; name both"))
    return Agreement(
        id=fields["agreement"].name(),
        programme=fields["programme"].name(),
        version=fields["version"].name(),
        institutions=(institutions[0], institutions[1]),
        title=read_text(fields["title"]),
        shared_credits=read_shared_credits(fields["shared_credits"]) if "shared_credits" in fields else None,
        excluded_tags=_excluded(fields["excluded_tags"], institutions) if "excluded_tags" in fields else {},
        grade_conversion=read_text(fields.get("grade_conversion")),
        milestones=names(fields.get("milestones")),
        notes=read_notes(fields),
        conversions=read_conversions(fields["conversions"], institutions) if "conversions" in fields else (),
        recognition_limits=_limits(fields["recognition_limits"], institutions)
        if "recognition_limits" in fields
        else {},
    )


def _excluded(place: Place, institutions: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {institution: names(tags) for institution, tags in place.fields((), institutions).items()}


def _limits(place: Place, institutions: tuple[str, ...]) -> dict[str, tuple[Limit, ...]]:
    """Limits on whatever they select among what is recognised; whole degrees, for an agreement knows no groups."""
    limits_by_institution: dict[str, tuple[Limit, ...]] = {}
    for institution, limits in place.fields((), institutions).items():
        unique(limit.entry("id") for limit in limits.each())
        limits_by_institution[institution] = tuple(map(_recognition_limit, limits.each()))
    return limits_by_institution


def _recognition_limit(place: Place) -> Limit:
    limit = read_limit(place)
    if limit.within is not None:
        raise place.entry("within").wrong(Message("an agreement knows no groups of a curriculum; take this key out"))
    recognised = Select(all=(Select(origin=(Origin.RECOGNISED,)), limit.select))
    return replace(limit, id=f"agreement/{limit.id}", select=recognised)
