"""Does a plan know what is agreed and decided besides the record: stays at the partner, and requests?"""

import pytest

from dualdegree.audit.dossiers import dossier
from dualdegree.audit.planning import what_if
from dualdegree.audit.planning.changes import changes_of
from dualdegree.audit.planning.cheapest_way import asking
from dualdegree.audit.planning.cheapest_way.wishes import Wishes
from dualdegree.audit.planning.expected import Expected, expected, register
from dualdegree.audit.service import Include
from dualdegree.core.audit.plan.search import plan
from dualdegree.learning_agreements import expected as agreed_stays
from dualdegree.programmes.models import CourseOffer
from dualdegree.requests import expected as requests
from dualdegree.requests.models import LearningAgreement, RecognitionRequest
from tests.graduates import SHORT
from tests.graduates.browsing import words
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH


@pytest.fixture(autouse=True)
def _registered():
    register(requests.expected)
    register(agreed_stays.expected)


def offer(graduates, *terms):
    graduates.session.add_all([CourseOffer(institution_id=SOUTH, course="S4", term=term) for term in terms])


def agree(graduates, term, state="in_force"):
    person = graduates.actor("advisor").person_id
    graduates.session.add(
        LearningAgreement(
            student_id=graduates.student(SHORT).id,
            institution_id=SOUTH,
            partner_id=NORTH,
            degree="south",
            stay=term,
            number=1,
            studied=[{"course": "N3", "term": term, "credits": "2", "title": {"en": "Graphs"}}],
            recognised=[],
            words="",
            digest="0" * 64,
            state=state,
            since=NOW,
            written_by=person,
            written_at=NOW,
        )
    )
    graduates.session.flush()


def ask(graduates, state, granted=()):
    grant = {"course": None, "tag": "optional", "credits": "6"}
    request = RecognitionRequest(
        student_id=graduates.student(SHORT).id, institution_id=SOUTH, partner_id=NORTH, degree="south", kind="study",
        sources=[], outside=[{"title": "Summer school", "credits": "6"}], targets=[grant], target_key="#optional",
        words="", mobility="", state=state, since=NOW, due_on=NOW.date(), asked_by=graduates.actor("mei").person_id,
        granted=list(granted), originals=[], working=[], grading_tables=[],
    )  # fmt: skip
    graduates.session.add(request)
    graduates.session.flush()
    return request.subject


GRANT = {
    "course": None, "credits": "6", "grade": None, "level": None, "language": None, "tags": ["optional"],
    "title": {"en": "Optional"},
}  # fmt: skip


def tried(graduates, **values):
    student = dossier(graduates.session, graduates.student(SHORT))
    return what_if.tried(graduates.session, student, changes_of(values), NOW)


def met(dossier_):
    return what_if.judged(dossier_, Include.PLANNED).answer.degrees["south"].met


def test_a_term_of_a_learning_agreement_in_force_holds_no_courses_of_home(graduates):
    offer(graduates, "2026-2", "2027-1")
    agree(graduates, "2026-2")

    what = tried(graduates)
    offers = asking.offers_of(graduates.session, what.dossier, NOW)
    asked = asking.plan_case(what.dossier, offers, Wishes(), away=what.expected.away)

    assert what.expected.away == {"2026-2": NORTH}
    assert list(plan(asked).offers) == ["2027-1"]


def test_a_learning_agreement_that_is_not_in_force_binds_nobody(graduates):
    agree(graduates, "2026-2", state="draft")

    assert tried(graduates).expected == Expected()


def test_what_is_granted_and_not_entered_counts_in_plans(graduates):
    assert not met(tried(graduates).dossier)

    ask(graduates, "granted", [GRANT])

    assert met(tried(graduates).dossier)


def test_a_request_that_waits_can_be_tried_as_granted(graduates):
    key = ask(graduates, "submitted")

    assert not met(tried(graduates).dossier)
    assert met(tried(graduates, request=[key]).dossier)


def test_a_request_that_waits_no_longer_is_named(graduates):
    assert [str(sentence) for sentence in tried(graduates, request=["request:9"]).gone] == [
        "A request of this plan waits no longer; see what was decided among the student's requests."
    ]


def test_the_same_office_is_asked_once(graduates):
    register(agreed_stays.expected)
    agree(graduates, "2026-2")

    assert expected(graduates.session, dossier(graduates.session, graduates.student(SHORT))).away == {"2026-2": NORTH}


def test_the_pages_offer_the_request_and_tell_of_the_stay(offices):
    with offices.graduates() as graduates:
        offer(graduates, "2027-1")
        agree(graduates, "2026-2")
        key = ask(graduates, "submitted")
    reader, student = offices.reader("advisor"), offices.student(SHORT)

    page = words(reader.get(f"/students/{student}/plan"))
    assert "By a learning agreement in force, 2026/2027 term 2 is spent at Northlake University" in page
    assert "6 ECTS of work" in page
    assert "Try a request as granted" in words(reader.get(f"/students/{student}/what-if"))
    assert "Request granted:" in words(reader.get(f"/students/{student}/what-if?request={key}"))
