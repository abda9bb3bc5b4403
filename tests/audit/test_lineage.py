"""What was passed by compensation is not recognised where the recognising curriculum says so."""

import hashlib

import pytest

from dualdegree.audit.dossiers import dossier
from dualdegree.core.recognition import RecognitionKind, Why
from dualdegree.requests.judging.objections import troubles
from dualdegree.requests.wanted import WantedRecognition, Wish
from tests.graduates import READY, Graduates, text
from tests.programmes.papers import NORTH, SOUTH


@pytest.fixture
def graduates(session):
    built = Graduates(session)
    built.build()
    marks = text("north/institution.yaml").replace("recognised: [EXEMPT]", "marks: {COMPENSATED: compensated}")
    built.take("institution", NORTH, marks.replace("values: {listing: {EXEMPT: exempted}}", "values: {}"))
    header, first, *_ = text("north/grades.csv").splitlines()
    built.take("grades", NORTH, f"{header}\n{first}COMPENSATED\n")
    return built


def given(graduates):
    held = dossier(graduates.session, graduates.student(READY))
    return {row.entry.id for row in held.recognised.given}, {
        row.pending.entry.id: row.pending.wanting for row in held.recognised.awaited
    }


def says_so(graduates):
    changed = text("south/curriculum.yaml") + "not_again: [compensated]\n"
    version = graduates.student(READY).enrolments[1].curriculum_version
    # Texts are kept as read under their digest, so that each has to have one of its own.
    version.text, version.digest = changed, hashlib.sha256(changed.encode()).hexdigest()
    graduates.session.flush()


def test_it_is_recognised_where_the_curriculum_says_nothing(graduates):
    assert "algebra" in given(graduates)[0]


def test_it_is_not_offered_where_the_curriculum_says_so(graduates):
    says_so(graduates)

    recognised, awaited = given(graduates)

    assert "algebra" not in recognised
    assert awaited["algebra"] == (("N1", Why.NOT_AGAIN),)


def test_a_request_for_it_is_answered_with_why(graduates):
    says_so(graduates)
    held = dossier(graduates.session, graduates.student(READY))
    degree = next(side.curriculum.degree.id for side in held.sides if side.curriculum.institution == SOUTH)
    wanted = WantedRecognition(
        degree=degree,
        kind=RecognitionKind.STUDY,
        sources=(f"{NORTH}/N1/2024-1/1",),
        targets=(Wish(course="S1", tag=None, credits=6),),
    )

    assert "does not recognise, such as by compensation" in str(troubles(held, wanted)[0])
