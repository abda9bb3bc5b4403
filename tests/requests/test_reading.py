"""What whoever decides reads of both courses: what each curriculum says of its own, besides the equivalences."""

from dataclasses import replace
from decimal import Decimal

import pytest

from dualdegree.audit.dossiers import dossier as dossier_of
from dualdegree.recognition.evidence.service import Handed, Store, keep
from dualdegree.requests.presenting import papers, side_by_side
from tests.people import NOW
from tests.programmes.papers import NORTH
from tests.recognition.syllabi import pdf
from tests.requests import Desk


@pytest.fixture
def desk(graduates):
    return Desk(graduates)


def with_course(dossier, code, **said):
    """The dossier as if north's curriculum said this of the course."""
    sides = []
    for side in dossier.sides:
        courses = dict(side.curriculum.courses)
        if side.curriculum.institution == NORTH:
            courses[code] = replace(courses[code], **said)
        sides.append(replace(side, curriculum=replace(side.curriculum, courses=courses)))
    return replace(dossier, sides=tuple(sides))


def test_both_courses_show_what_their_own_curriculum_says(desk):
    request = desk.submitted()
    said = {"outcomes": {"en": "Proves theorems on graphs."}, "hours": Decimal(32), "level": Decimal(7)}
    dossier = with_course(dossier_of(desk.session, desk.mei), "N3", **said)

    sat = {str(prop.name): prop.sat for prop in side_by_side(request, dossier)}

    assert sat["Learning outcomes"] == ({"en": "Proves theorems on graphs."},)
    assert (sat["Hours"], sat["Level"]) == ((32,), (7,))


def test_credits_of_a_group_are_named_beside_the_course(desk):
    request = desk.submitted()

    asked = {str(prop.name): prop.asked for prop in side_by_side(request, dossier_of(desk.session, desk.mei))}

    assert (asked["Credits"], asked["ECTS"]) == ((4,), (4,))
    assert [str(value) for value in asked["Hours"]] == ["not stated"]


def test_a_syllabus_that_the_curriculum_names_is_among_the_papers(desk, tmp_path):
    request, store = desk.submitted(), Store(folder=tmp_path, most_bytes=10_000_000)
    file = keep(
        desk.session, desk.actor("north"), store, Handed(institution=NORTH, name="graphs.pdf", content=pdf()), at=NOW
    )
    dossier = with_course(dossier_of(desk.session, desk.mei), "N3", syllabi=(file.sha256,))

    assert papers(desk.session, request, dossier) == (file,)
