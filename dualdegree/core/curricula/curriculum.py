"""What does the text of a curriculum say? It is read whole, or refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from dualdegree.core.audit.case.attempts import names
from dualdegree.core.audit.case.rule_text import Fields, read_degree, read_text, unique
from dualdegree.core.audit.explain.words import called
from dualdegree.core.audit.plan.terms_text import ORDER_KEYS, read_order
from dualdegree.core.audit.rules import Degree, Milestone, nodes, selects
from dualdegree.core.curricula.equivalence_terms import read_syllabi
from dualdegree.core.records import LISTED, RegisterMark
from dualdegree.core.source.reading import read
from dualdegree.core.source.tree import Place
from dualdegree.core.terms import Span
from dualdegree.core.text import Message, Text

NOTES = ("notes", "labels", "source")
"""Texts per language that say where the figures come from, such as that they are illustrative."""
LINEAGE = tuple(mark.value for mark in RegisterMark if mark not in LISTED)
"""The marks that an attempt can bear."""
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
    *ORDER_KEYS,
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
    requires: tuple[tuple[str, ...], ...] = ()
    """Courses to be passed before it begins, here or at the partner: one of each of these."""
    together: tuple[str, ...] = ()
    """Courses to be begun no later."""
    after_ects: Decimal | None = None
    """So many ECTS of work have to be passed before."""
    spans: int = 1
    """The terms that it runs over."""
    remote: bool = False
    """Whether it can be taken from elsewhere."""
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
    not_again: tuple[RegisterMark, ...] = ()
    """What the partner's register marks so is not recognised into this degree."""

    def agreed_ects(self, code: str | None, credits_: Decimal) -> Decimal | None:
        """The ECTS agreed for a course that is recognised whole; none for a part of it, or for credits of a group."""
        course = self.courses.get(code or "")
        return course.ects if course is not None and course.credits == credits_ else None

    def called(self, names: Iterable[str]) -> tuple[str | Text, ...]:
        """Tags or milestones as this curriculum calls them."""
        return called(names, self.degree.words)


def read_curriculum(text: str | bytes, name: str) -> Curriculum:
    """The curriculum that a text holds; ``name`` is what errors call it. Raises ``SourceError``, and nothing else."""
    place = read(text, name)
    must = ("curriculum", "institution", "programme", "version", "title", "admission", "degree", "courses")
    fields = place.fields(must, ("award", "words", "not_again", *NOTES))
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
        version=fields["version"].version_name(),
        title=read_text(fields["title"]),
        admission=_admission(fields["admission"]),
        award=read_text(fields["award"].fields((), ("title",)).get("title")) if "award" in fields else {},
        notes=read_notes(fields),
        degree=replace(degree, words=words),
        courses=courses,
        not_again=_not_again(fields["not_again"]) if "not_again" in fields else (),
    )


def _not_again(place: Place) -> tuple[RegisterMark, ...]:
    """Marks of attempts; what a register itself recognised is listed there and gives nothing by any curriculum."""
    return tuple(RegisterMark(mark.word(LINEAGE)) for mark in place.each())


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
        **read_order(fields, fields["code"].name()),
        line=place.line,
    )


def optional_name(fields: Fields, key: str) -> str | None:
    """The name under a key, where there is one."""
    return fields[key].name() if key in fields else None


def read_notes(fields: Fields) -> dict[str, Text]:
    """The notes of a file by key."""
    return {key: read_text(fields[key]) for key in NOTES if key in fields}
