"""The arithmetic of the picture: nothing overlaps, every ribbon ends at its boxes, and no word leaves its box."""

from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualdegree.audit.progress.picture.placing import drawn
from dualdegree.audit.progress.picture.sketch import NARROW, WIDE, CourseBox, Ribbon, Sketch, Spot
from dualdegree.web.language.lettering import ELLIPSIS, broken, width_of

WORDS = st.text(alphabet="学位课程，（）abc WMil.-Ñé", min_size=0, max_size=60)


@st.composite
def sketches(draw):
    sides = draw(st.integers(1, 2))
    courses = [
        CourseBox(key=f"c{n}", side=draw(st.integers(0, sides - 1)), title=draw(WORDS), amount="4.5", note=draw(WORDS))
        for n in range(draw(st.integers(0, 8)))
    ]
    spots = [
        Spot(key=f"s{n}", side=draw(st.integers(0, sides - 1)), title=draw(WORDS), note=draw(WORDS))
        for n in range(draw(st.integers(0, 5)))
    ]
    ways = draw(st.sets(st.sampled_from([(c.key, s.key) for c in courses for s in spots]))) if courses and spots else ()
    ribbons = [Ribbon(course=c, spot=s, ects=draw(st.decimals(0, 60, places=2))) for c, s in sorted(ways)]
    return Sketch(
        heads=(("Courses", "A degree"),) * sides,
        rest="Serves nothing",
        courses=tuple(courses),
        spots=tuple(spots),
        ribbons=tuple(ribbons),
    )


def overlap(box, other):
    return (
        box.x < other.x + other.width
        and other.x < box.x + box.width
        and box.y < other.y + other.height
        and other.y < box.y + box.height
    )


@pytest.mark.parametrize("style", [WIDE, NARROW], ids=["wide", "narrow"])
@given(sketch=sketches())
def test_no_two_boxes_overlap_and_all_lie_within_the_picture(style, sketch):
    drawing = drawn(sketch, style, str)

    assert not [(a, b) for a, b in combinations(drawing.boxes, 2) if overlap(a, b)]
    assert all(box.x >= 0 and box.x + box.width <= drawing.width for box in drawing.boxes)
    assert all(box.y >= 0 and box.y + box.height <= drawing.height for box in drawing.boxes)


@given(sketch=sketches())
def test_every_course_every_spot_and_every_ribbon_is_drawn_once(sketch):
    drawing = drawn(sketch, WIDE, str)

    keys = [box.key for box in drawing.boxes if box.key]
    assert sorted(keys) == sorted([placed.key for placed in (*sketch.courses, *sketch.spots)])
    assert [band.ends for band in drawing.bands] == [(ribbon.course, ribbon.spot) for ribbon in sketch.ribbons]


@given(sketch=sketches())
def test_ribbons_begin_and_end_at_the_edges_of_their_boxes_and_share_no_stretch_of_them(sketch):
    drawing = drawn(sketch, WIDE, str)
    boxes = {box.key: box for box in drawing.boxes}

    taken = {}
    for band in drawing.bands:
        for key, (x, y) in zip(band.ends, (band.start, band.end), strict=True):
            box = boxes[key]
            assert x in (box.x, box.x + box.width)
            assert box.y <= y
            assert y + band.width <= box.y + box.height
            taken.setdefault((key, x), []).append((y, y + band.width))
    for stretches in taken.values():
        assert not [1 for (a, b), (c, d) in combinations(stretches, 2) if a < d and c < b]


@pytest.mark.parametrize("style", [WIDE, NARROW], ids=["wide", "narrow"])
@given(sketch=sketches())
def test_no_word_leaves_its_box(style, sketch):
    for box in drawn(sketch, style, str).boxes:
        for line in box.lines:
            width = width_of(line.words, style.size)
            left = line.x - width if line.anchor == "end" else line.x
            assert box.x <= left
            assert left + width <= box.x + box.width
            assert box.y < line.y <= box.y + box.height


@given(sketch=sketches())
def test_the_same_sketch_is_always_placed_alike(sketch):
    assert drawn(sketch, WIDE, str) == drawn(sketch, WIDE, str)


def test_a_ribbon_to_the_other_degree_passes_below_what_its_course_serves():
    sketch = Sketch(
        heads=(("Courses", "North"), ("Courses", "South")),
        rest="",
        courses=(CourseBox(key="algebra", side=0, title="Algebra", amount="6"),),
        spots=(Spot(key="core", side=0, title="Core"), Spot(key="basic", side=1, title="Basic")),
        ribbons=(
            Ribbon(course="algebra", spot="core", ects=Decimal(6)),
            Ribbon(course="algebra", spot="basic", ects=Decimal("4.5"), tone="recognised"),
        ),
    )

    own, across = drawn(sketch, WIDE, str).bands
    core = next(box for box in drawn(sketch, WIDE, str).boxes if box.key == "core")

    assert (own.width, across.width) == (18, 14)
    lane = int(across.path.split("C")[1].split(",")[-1])
    assert lane >= core.y + core.height


@given(words=WORDS, width=st.integers(30, 200), most=st.integers(1, 4))
def test_broken_words_fit_and_lose_nothing_without_saying_so(words, width, most):
    lines = broken(words, width, 12, most)

    assert len(lines) <= most
    assert all(width_of(line, 12) <= width for line in lines)
    if not any(line.endswith(ELLIPSIS) for line in lines):
        assert "".join("".join(lines).split()) == "".join(words.split())


def test_chinese_breaks_between_characters_but_not_before_a_comma():
    assert broken("学位课，选修课", 36, 12, 4) == ("学位", "课，选", "修课")
