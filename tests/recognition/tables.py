"""Equivalence tables of every shape, for properties."""

import datetime as dt
from decimal import Decimal
from unicodedata import normalize

from hypothesis import strategies as st

from dualdegree.core.curricula.equivalence import (
    Cohort,
    Entry,
    EquivalenceTable,
    Evidence,
    Period,
    SourceCourse,
    Target,
)
from dualdegree.core.source.tree import VERSION_NAME

WORDS = st.text("aZé中'\":#-[]{},&*!|>%@` 0123456789=+", min_size=1, max_size=12).filter(
    lambda words: words == " ".join(words.split())
)
"""What people write, with every sign that a file format could stumble over; blanks as every format keeps them."""
CODES = st.text("ABS019-.", min_size=1, max_size=5)
FIGURES = st.decimals("0.5", "99.99", places=2).map(Decimal.normalize).map(lambda figure: Decimal(f"{figure:f}"))
TEXTS = st.dictionaries(st.sampled_from(["zh_Hans", "en", "es"]), WORDS, max_size=3)
TERMS = st.builds("{}-{}".format, st.integers(2020, 2030), st.integers(1, 3))
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))


def maybe(values):
    return st.none() | values


def spans(kind, values):
    ordered = st.tuples(values, maybe(values))
    return ordered.map(lambda two: kind(first=two[0], last=two[1] if two[1] and two[1] >= two[0] else None))


EVIDENCE = st.builds(
    Evidence,
    content=maybe(st.integers(0, 100).map(Decimal)),
    workload=maybe(st.integers(0, 100).map(Decimal)),
    hours_sat=maybe(FIGURES),
    hours_granted=maybe(FIGURES),
    syllabi=st.lists(st.text("0123456789abcdef", min_size=64, max_size=64), max_size=2).map(tuple),
    outcomes=TEXTS,
    mobility=TEXTS,
)
SOURCES = st.lists(
    st.builds(SourceCourse, code=CODES, credits=FIGURES, ects=maybe(FIGURES)),
    min_size=1,
    max_size=3,
    unique_by=lambda course: course.code,
).map(tuple)
COURSES = st.builds(Target, code=CODES, credits=FIGURES, ects=maybe(FIGURES), title=TEXTS, tags=st.just(()))
TAGS = st.lists(st.text("abc_", min_size=1, max_size=6), min_size=1, max_size=2, unique=True).map(tuple)
GROUPS = st.builds(Target, code=st.none(), credits=FIGURES, ects=maybe(FIGURES), title=TEXTS, tags=TAGS)
TARGETS = st.lists(COURSES | GROUPS, min_size=1, max_size=3, unique_by=lambda course: (course.code, course.tags)).map(
    tuple
)
SIDES = st.sampled_from([("north.example", "south.example"), ("south.example", "north.example")])


@st.composite
def entries(draw):
    """One entry in which anything may be left open."""
    here, there = draw(SIDES)
    return Entry(
        id=draw(WORDS),
        institution=here,
        sources=draw(SOURCES),
        target_institution=there,
        targets=draw(TARGETS),
        min_grade=draw(maybe(FIGURES)),
        grade_method=draw(maybe(st.sampled_from(["linear", "ungraded"]))),
        cohort=draw(maybe(spans(Cohort, TERMS))),
        period=draw(maybe(spans(Period, DAYS))),
        evidence=draw(EVIDENCE),
        note=draw(TEXTS),
    )


VERSIONS = st.from_regex(VERSION_NAME, fullmatch=True).filter(
    lambda name: normalize("NFKC", " ".join(name.split())) == name
)
TABLES = st.builds(
    EquivalenceTable,
    id=st.just("north-south"),
    programme=st.just("double"),
    version=VERSIONS,
    title=TEXTS,
    entries=st.lists(entries(), max_size=4, unique_by=lambda entry: entry.id).map(tuple),
    notes=st.just({}),
)
