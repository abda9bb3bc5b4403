"""The table as a whole: what maps to what, credits in and out, what is not covered; drawn and as rows."""

import itertools
from decimal import Decimal

import pytest

from dualdegree.core.curricula.curriculum import read_curriculum
from dualdegree.core.curricula.equivalence_table import read_equivalences
from dualdegree.db import db
from dualdegree.recognition.mapping.coverage import directions
from dualdegree.recognition.mapping.picture import BAR, NARROW, WIDE, picture
from tests.graduates.browsing import words
from tests.programmes.papers import NORTH, NORTH_CURRICULUM, SOUTH, SOUTH_CURRICULUM, Office
from tests.programmes.readers import application, readers
from tests.recognition.test_equivalences import TABLE
from tests.recognition.test_recognition_pages import propose

CURRICULA = {NORTH: read_curriculum(NORTH_CURRICULUM, "n"), SOUTH: read_curriculum(SOUTH_CURRICULUM, "s")}
WHOLE = read_equivalences(TABLE, "table")


def drawn(style=WIDE, table=WHOLE):
    first, _ = directions(table, list(CURRICULA.values()), CURRICULA, {SOUTH: ["thesis"]})
    return picture(first, ("Sat", "Granted"), style, str)


def test_each_direction_has_its_entries_and_credits_in_and_out():
    first, second = directions(WHOLE, list(CURRICULA.values()), CURRICULA, {})

    assert [
        (direction.origin, direction.into, [row.id for row in direction.rows]) for direction in (first, second)
    ] == [
        (NORTH, SOUTH, ["mathematics"]),
        (SOUTH, NORTH, ["algebra"]),
    ]
    assert (first.earned, first.granted, second.earned, second.granted) == (6, 6, Decimal("4.5"), 4)


def test_what_no_entry_names_is_left_out_on_either_side():
    first, second = directions(WHOLE, list(CURRICULA.values()), CURRICULA, {SOUTH: ["thesis"]})

    assert [(course.code, course.ects, course.excluded) for course in first.not_taken] == [
        ("N2", 4, False),
        ("N3", 2, False),
        ("N9", 10, True),
    ]
    assert [(course.code, course.excluded) for course in first.not_given] == [("S2", False), ("S9", True)]
    # North excludes nothing.
    assert not any(course.excluded for course in (*second.not_taken, *second.not_given))


def test_a_ribbon_is_as_wide_as_its_ects_and_meets_the_bar():
    picture = drawn()
    (bar,) = [box for box in picture.boxes if box.tone == "bar"]

    assert bar.height == 6 * WIDE.per_ects
    assert (bar.x, bar.width) == (picture.width // 2 - BAR // 2, BAR)
    assert [way.tone for way in picture.bands] == ["own", "recognised"]
    assert f"{bar.x},{bar.y}L{bar.x},{bar.y + bar.height}" in picture.bands[0].path


def test_what_is_left_out_stands_below_and_looks_otherwise():
    picture = drawn()
    bar = next(box for box in picture.boxes if box.tone == "bar")
    rest = [box for box in picture.boxes if box.tone in {"left-out", "excluded"}]

    assert [box.label for box in rest if box.tone == "excluded"] == ["Thesis (N9): 10 ECTS", "Thesis (S9): 12 ECTS"]
    assert len(rest) == 5
    assert all(box.y > bar.y + bar.height for box in rest)


@pytest.mark.parametrize("style", [WIDE, NARROW])
def test_no_box_overlaps_another_of_its_column_and_all_are_within(style):
    group = TABLE.replace("code: S1, ", "tags: [core], title: {en: A group with a very long name indeed, 中文}, ")
    for table in (WHOLE, read_equivalences(group, "table")):
        picture = drawn(style, table)
        for x in {box.x for box in picture.boxes}:
            column = sorted((box for box in picture.boxes if box.x == x), key=lambda box: box.y)
            assert all(a.y + a.height <= b.y for a, b in itertools.pairwise(column))
        assert all(box.x >= 0 and box.x + box.width <= picture.width for box in picture.boxes)
        assert all(box.y + box.height <= picture.height for box in picture.boxes)


@pytest.fixture
def app(backend, wardrobe, tmp_path):
    with application(wardrobe, backend.url, tmp_path) as lent:
        yield lent


def test_the_page_says_in_words_what_it_draws(app):
    with app.app_context():
        Office(db.session).with_curricula()
        office = readers(app)
    propose(office["south"])

    page = office["advisor"].get("/equivalences/1/picture")

    assert "1 equivalence: 6 ECTS that are sat give 6 ECTS." in words(page)
    assert "Thesis N9 10 The agreement never recognises this kind." in words(page)
    assert page.get_data(as_text=True).count('<svg class="drawing"') == 4
