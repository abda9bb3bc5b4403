"""What a curriculum calls its tags and milestones, and where a student then reads it."""

from importlib.resources import files

import pytest

from dualdegree.core.audit.rules import Milestone, nodes, selects
from dualdegree.core.curricula.curriculum import read_curriculum
from dualdegree.core.source.reading import SourceError
from dualdegree.core.text import LANGUAGES
from dualdegree.programmes.curricula.reading import rules_of

CURRICULUM = """\
curriculum: north-ai
institution: north.example
programme: double
version: "1"
title: {en: Artificial intelligence}
admission: {from: "2024-1"}
words:
  core: {zh_Hans: 核心课程, en: core courses, es: asignaturas básicas}
  b2: {zh_Hans: 英语 B2, en: English at level B2, es: inglés B2}
degree:
  id: north
  institution: north.example
  requirements:
    id: root
    kind: all
    parts:
      - {id: core, kind: credits, at_least: "6", select: {tag: [core, elective]}}
      - {id: english, kind: milestone, milestone: b2}
courses:
  - {code: N1, credits: "6", title: {en: Algebra}, tags: [core]}
"""
DEMONSTRATION = sorted(
    path
    for side in ("beihang", "upv")
    for path in (files("dualdegree") / "demo" / side).iterdir()
    if path.name.startswith("curriculum-")
)


def read(text=CURRICULUM):
    return read_curriculum(text, "north.yaml")


def test_rules_are_said_with_the_words_of_their_curriculum():
    core, english = rules_of(read().degree).parts

    assert str(core.words) == "At least 6 credits of courses (marked core courses or elective)."
    assert str(english.words) == "The record holds the milestone “English at level B2”."


def test_a_tag_without_a_word_is_said_as_it_is_written():
    assert read().called(["core", "elective"]) == (
        {"zh_Hans": "核心课程", "en": "core courses", "es": "asignaturas básicas"},
        "elective",
    )


def test_a_word_for_a_tag_that_there_is_not_is_refused_at_its_line():
    with pytest.raises(SourceError, match=r'north\.yaml.*9.*no tag or milestone "b3"'):
        read(CURRICULUM.replace("  b2: {", "  b3: {"))


def test_words_change_no_verdict():
    bare = read(
        "".join(line for line in CURRICULUM.splitlines(keepends=True) if "zh_Hans" not in line and line != "words:\n")
    )

    assert bare.degree.words == {}
    assert bare.degree == read().degree


@pytest.mark.parametrize("path", DEMONSTRATION, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_demonstration_has_words_in_every_language_for_all_that_it_marks(path):
    curriculum = read_curriculum(path.read_bytes(), path.name)

    marked = {tag for course in curriculum.courses.values() for tag in course.tags}
    marked |= {tag for select in selects(curriculum.degree) for tag in select.tag}
    marked |= {node.milestone for node in nodes(curriculum.degree.requirements) if isinstance(node, Milestone)}
    assert marked <= curriculum.degree.words.keys()
    assert all(set(words) == set(LANGUAGES) for words in curriculum.degree.words.values())
