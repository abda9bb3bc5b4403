"""Under which pairs of curricula are the bench's students audited? The demonstration's, and three larger ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from random import Random

from dualdegree.core.audit.rules import (
    All,
    Average,
    Choose,
    Courses,
    Credits,
    Degree,
    Limit,
    Milestone,
    Origin,
    Requirement,
    Select,
    SharedCredits,
    nodes,
)
from dualdegree.core.curricula.agreement import read_agreement
from dualdegree.core.curricula.curriculum import read_curriculum
from dualdegree.core.curricula.equivalence_table import read_equivalences

HOME, AWAY = "buaa.edu.cn", "upv.es"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtCourse:
    """A course that students may take."""

    code: str
    credits: Decimal
    tags: tuple[str, ...]
    level: Decimal | None = None
    language: str | None = None
    ects: Decimal | None = None
    work: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalence:
    """Courses of one institution that, all passed, are granted as courses of the other."""

    sources: tuple[str, ...]
    targets: tuple[TaughtCourse, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchProgramme:
    """Two degrees, what is taught at both places, and what is recognised. Keys are institutions."""

    name: str
    degrees: tuple[Degree, Degree]
    courses: Mapping[str, tuple[TaughtCourse, ...]]
    equivalences: Mapping[str, tuple[Equivalence, ...]]
    """By the institution that recognises."""
    shared: SharedCredits | None
    milestones: tuple[str, ...]


def programmes() -> tuple[BenchProgramme, ...]:
    """The demonstration's programme and three larger ones, always the same."""
    return (demonstration(), *(_large(size, Random(size)) for size in (120, 150, 180)))  # noqa: S311 - a seeded workload


def demonstration() -> BenchProgramme:
    """The programme of the demonstration, as its files have it."""
    files = resources.files("dualdegree") / "demo"
    read = {place: (files / place).read_text(encoding="utf-8") for place in _FILES}
    curricula = [read_curriculum(read[place], place) for place in _FILES[:2]]
    agreement = read_agreement(read["agreement.yaml"], "agreement.yaml")
    table = read_equivalences(read["equivalences.yaml"], "equivalences.yaml")
    courses = {
        curriculum.institution: tuple(
            TaughtCourse(
                code=course.code,
                credits=course.credits,
                tags=course.tags,
                level=course.level,
                language=course.language,
                ects=course.ects,
                work=course.work,
            )
            for course in curriculum.courses.values()
        )
        for curriculum in curricula
    }
    taught = {course.code: course for own in courses.values() for course in own}
    equivalences: dict[str, list[Equivalence]] = {curriculum.institution: [] for curriculum in curricula}
    for entry in table.entries:
        targets = tuple(
            TaughtCourse(
                code=target.code or entry.id,
                credits=target.credits,
                tags=target.tags or (taught[target.code].tags if target.code in taught else ()),
            )
            for target in entry.targets
        )
        equivalences[entry.target_institution].append(Equivalence(sources=entry.source_courses, targets=targets))
    home, away = (curriculum.degree for curriculum in curricula)
    return BenchProgramme(
        name="demonstration",
        degrees=(home, away),
        courses=courses,
        equivalences={place: tuple(own) for place, own in equivalences.items()},
        shared=agreement.shared_credits,
        milestones=_milestones(home, away),
    )


_FILES = ("beihang/curriculum-2024.yaml", "upv/curriculum-2024.yaml", "agreement.yaml", "equivalences.yaml")


def _milestones(*degrees: Degree) -> tuple[str, ...]:
    names = (n.milestone for d in degrees for n in nodes(d.requirements) if isinstance(n, Milestone))
    return tuple(dict.fromkeys(names))


AREAS = ("mathematics", "computing", "electronics")
SPECIALITIES = ("robotics", "learning", "networks")
SIZES = {HOME: ("2", "2", "3", "3", "4", "2", "2.5"), AWAY: ("4.5", "4.5", "6", "6", "3", "4.5")}
RATIO = {HOME: Decimal("1.5"), AWAY: Decimal(1)}


def _large(ects: int, chance: Random) -> BenchProgramme:
    """A programme of that many ECTS in each degree: modules, specialities, electives, overlays, limits."""
    courses = {place: _taught(place, ects, chance) for place in (HOME, AWAY)}
    return BenchProgramme(
        name=f"large-{ects}",
        degrees=(_degree("buaa", HOME, ects), _degree("upv", AWAY, ects)),
        courses=courses,
        equivalences={HOME: _matched(courses, AWAY, HOME, chance), AWAY: _matched(courses, HOME, AWAY, chance)},
        shared=SharedCredits(at_most=Decimal(ects * 2 // 5), exempt_tags=("thesis",)),
        milestones=("defence", "b2", "practice_months"),
    )


MODULES: tuple[tuple[tuple[str, ...], float], ...] = (
    *((("foundation", area), 0.04) for area in AREAS),
    (("core",), 0.22),
    *((("elective", speciality), 0.10) for speciality in SPECIALITIES),
    (("elective",), 0.18),
    (("transversal",), 0.10),
)
"""The tags of what is taught, and which share of the degree each module fills."""


def _taught(place: str, ects: int, chance: Random) -> tuple[TaughtCourse, ...]:
    """Nearly twice what each module needs, so that students differ; internships and the thesis."""
    written: list[TaughtCourse] = []
    for tags, share in MODULES:
        total = Decimal(0)
        while total < Decimal(ects) * Decimal(str(share)) * Decimal("1.8"):
            course = TaughtCourse(
                code=f"{place[:1].upper()}{len(written):03}",
                credits=Decimal(chance.choice(SIZES[place])),
                tags=tags,
                level=Decimal(chance.choice((6, 7, 7))),
                language=chance.choice(("en", "en", "es" if place == AWAY else "zh_Hans")),
            )
            written.append(course)
            total += course.credits * RATIO[place]
    thesis = Decimal(2) if place == HOME else Decimal(24)
    practice = Decimal(3) if place == HOME else Decimal(9)
    written += [TaughtCourse(code=f"{place[:1].upper()}P{n}", credits=practice, tags=("practice",)) for n in range(3)]
    written.append(
        TaughtCourse(code=f"{place[:1].upper()}TH", credits=thesis, tags=("thesis",), ects=Decimal(24), work="thesis")
    )
    return tuple(written)


def _matched(
    courses: Mapping[str, tuple[TaughtCourse, ...]], sat: str, granted: str, chance: Random
) -> tuple[Equivalence, ...]:
    """Courses of one place paired with those of the other: one for one, two for one, one for two."""
    sources = [course for course in courses[sat] if not {"thesis"} & set(course.tags)]
    targets = [course for course in courses[granted] if not {"thesis"} & set(course.tags)]
    chance.shuffle(sources)
    chance.shuffle(targets)
    written = []
    for _ in range(len(sources) // 4):
        takes, gives = chance.choice(((1, 1), (1, 1), (1, 1), (2, 1), (1, 2)))
        written.append(
            Equivalence(
                sources=tuple(sources.pop().code for _ in range(takes)),
                targets=tuple(targets.pop() for _ in range(gives)),
            )
        )
    return tuple(written)


def _degree(name: str, place: str, ects: int) -> Degree:
    def part(share: float) -> Decimal:
        return Decimal(round(ects * share / float(RATIO[place]) * 2)) / 2

    def credits_(id_: str, share: float, **select: object) -> Credits:
        return Credits(id=id_, at_least=part(share), select=Select(**select))  # type: ignore[arg-type]

    def total(id_: str, share: float, within: str | None = None, **select: object) -> Credits:
        return Credits(id=id_, at_least=part(share), select=Select(**select), overlay=True, within=within)  # type: ignore[arg-type]

    parts: tuple[Requirement, ...] = (
        All(id="foundations", parts=tuple(credits_(f"in_{area}", 0.04, tag=(area,)) for area in AREAS)),
        credits_("core", 0.20, tag=("core",)),
        Choose(
            id="speciality",
            at_least=1,
            parts=tuple(
                All(
                    id=f"of_{tag}",
                    parts=(
                        credits_(f"{tag}_courses", 0.09, tag=(tag,)),
                        total(f"{tag}_advanced", 0.04, within=f"{tag}_courses", level_at_least=Decimal(7)),
                    ),
                )
                for tag in SPECIALITIES
            ),
        ),
        credits_("electives", 0.18, tag=("elective", "core")),
        total("electives_in_english", 0.06, within="electives", language=("en",)),
        Courses(id="transversal", at_least=3, select=Select(tag=("transversal",)), credits_each=Decimal(3)),
        credits_("free_choice", 0.04, tag=("elective", "transversal", "foundation")),
        Courses(id="practice", at_least=2, select=Select(tag=("practice",)), credits_each=Decimal(3)),
        Courses(id="thesis", at_least=1, select=Select(tag=("thesis",), origin=(Origin.NATIVE,))),
        Milestone(id="defence", milestone="defence"),
        Milestone(id="english", milestone="b2"),
        Average(id="average", at_least=Decimal(60 if place == HOME else 5), select=Select()),
        total("here", 0.35, origin=(Origin.NATIVE,)),
        total("advanced", 0.30, level_at_least=Decimal(7)),
        total("total", 0.95),
    )
    return Degree(
        id=name,
        institution=place,
        requirements=All(id="root", parts=parts),
        ects_per_credit=RATIO[place],
        limits=(
            Limit(id="recognised", select=Select(origin=(Origin.RECOGNISED,)), at_most=part(0.40)),
            Limit(id="transversal_most", select=Select(tag=("transversal",)), at_most=part(0.12)),
        ),
    )
