"""What offices above the record have begun has its days too: placements, theses, certificates, hearings, errands."""

import datetime as dt
from dataclasses import replace

import pytest

from dualdegree.accounts.service import person_of
from dualdegree.conferral.degrees import errands, hearings
from dualdegree.core.training.checklist import ChecklistItem
from dualdegree.core.training.defences import Votes
from dualdegree.deadlines import from_degrees, from_training, service, sources
from dualdegree.deadlines.sources import AskedPeriods
from dualdegree.programmes.models import Institution
from dualdegree.programmes.texts import profile_of
from dualdegree.training.certificates import service as certificates
from dualdegree.training.theses.workflow import defending
from dualdegree.transcript.interim import issue_interim
from tests.conferral.deciding import confer, notify, way
from tests.graduates import LATER, email_of, text
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH
from tests.training.certificates.world import ENGLISH, ask_for_certificates
from tests.training.theses.world import HELD, REVIEW, Theses
from tests.training.world import BEFORE, Training

FAILED = replace(
    HELD,
    on=dt.date(2026, 9, 10),
    votes=Votes(in_favour=1, against=2),
    grades={},
    again=True,
    corrections="Chapter 3.",
)
RULES = """
deadlines:
  results: {2025-1: 2026-10-01}
  rules:
    tor: {name: {en: Transcript for the partner}, starts: results, days: 35, alerts: [registrar]}
    hearing: {name: {en: Hearing}, starts: hearings, days: 0, alerts: [registrar]}
"""


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    """As the application does it."""
    for starts, source in {**from_training.SOURCES, **from_degrees.SOURCES}.items():
        monkeypatch.setitem(sources._SOURCES, starts, source)


def due(world, starts, where=SOUTH, at=NOW, student=None):
    """What has begun, by its words, with its day."""
    session = world.session
    profile = profile_of(session.get(Institution, where))
    begun = sources.begun(session, profile, starts, AskedPeriods(at=at, student=student))
    return [(str(occurrence.what), occurrence.on.isoformat()) for occurrence in begun]


def confirmed(world, certificate=ENGLISH):
    decision = certificates.hand_in(world.session, world.actor("mei"), world.student(), certificate, NOW).decisions[0]
    certificates.confirm(world.session, world.actor("south"), decision, on=NOW.date(), seen=None, at=NOW)


def test_a_confirmed_certificate_ends_unless_another_goes_beyond_it(graduates):
    ask_for_certificates(graduates)

    confirmed(graduates)
    before = due(graduates, "certificates")
    confirmed(graduates, replace(ENGLISH, number_end="9", expires_on=None))
    after = due(graduates, "certificates")

    assert before == [("last day of the language certificate (en, B2)", "2027-10-15")]
    assert after == []


def test_a_certificate_ends_nothing_once_the_degree_is_conferred(graduates):
    ask_for_certificates(graduates)
    confirmed(graduates)

    confer(graduates)

    assert due(graduates, "certificates") == []


def test_what_comes_next_in_a_checklist_is_due_until_it_is_done(graduates):
    training = Training(graduates)
    row = training.plan()
    early = due(training, "placements", at=BEFORE)

    training.approve(row)
    training.tick(row, SOUTH, ChecklistItem.SOCIAL_SECURITY)

    assert early == [
        ("Approvals in their order, placement at Works", "2026-01-31"),
        ("Registered with social security, placement at Works", "2026-03-02"),
        ("Evaluation by the mentor at the enterprise, placement at Works", "2026-07-15"),
        ("Evaluation by the mentor at the university, placement at Works", "2026-07-30"),
    ]
    assert due(training, "placements") == early[2:]
    assert due(training, "placements", student=training.student.id + 1000) == []


def test_a_thesis_that_was_not_passed_has_a_last_day_to_be_defended_again(graduates):
    world = Theses(graduates)
    thesis = world.through_gates()
    world.review(thesis, replace(REVIEW, on=dt.date(2026, 9, 1)))
    before = due(world, "theses")

    first = world.defend(thesis, FAILED)
    after = due(world, "theses")
    defending.confirm_corrections(
        world.session, world.actor("partner"), first, on=dt.date(2026, 10, 1), seen=thesis.revision, at=NOW
    )
    world.defend(thesis)

    assert (before, after) == ([], [("defending the thesis again", "2026-12-19")])
    assert due(world, "theses") == []


def test_until_when_a_person_may_speak_before_a_refusal_is_a_deadline_until_they_have(graduates):
    hearing = notify(graduates)
    before = due(graduates, "hearings")

    hearings.speak(graduates.session, graduates.registrar(SOUTH), hearing, "They are mine.", seen=None, at=NOW)

    assert before == [("statement before the degree may be refused", "2026-12-08")]
    assert due(graduates, "hearings") == []
    assert due(graduates, "hearings", NORTH) == []


def test_an_advisor_reads_of_deadlines_that_concern_advisors_alone(graduates):
    graduates.take("institution", NORTH, text("north/institution.yaml") + RULES)
    notify(graduates, where=NORTH)
    advisor = person_of(graduates.session, email_of("advisor")).id

    everything = service.deadlines_at(graduates.session, NORTH, NOW, graduates.student().id)

    assert "hearing" in {deadline.rule.key for deadline in everything}
    assert service.of_advisor(everything, advisor) == ()


def test_an_errand_after_conferral_is_due_until_it_is_ticked(graduates):
    confer(graduates, where=NORTH)
    before = due(graduates, "errands", NORTH, LATER)

    here = way(graduates, where=NORTH)
    errands.tick(graduates.session, graduates.actor("mei"), here, "registration", done=True, at=LATER)

    assert before == [("Registration, after the degree was conferred", "2027-05-23")]
    assert due(graduates, "errands", NORTH, LATER) == []


def test_an_interim_transcript_ends_the_wait_for_that_institutions_transcript_alone(graduates):
    graduates.take("institution", SOUTH, text("south/institution.yaml") + RULES)
    student = graduates.student()

    def interim(where):
        wanted = graduates.wanted(("es", "en"), NOW)
        issue_interim(graduates.session, graduates.registrar(where), student, where, wanted)

    def waits():
        return due(graduates, "results", student=student.id) != []

    interim(NORTH)
    of_partner = waits()
    interim(SOUTH)

    assert (of_partner, waits()) == (True, False)


def test_each_office_is_asked_in_a_fixed_number_of_queries(graduates, counted):
    costs = []
    for more in (1, 4):
        graduates.more(more)
        notify(graduates, f"N{299 + more}")
        graduates.session.expunge_all()
        with counted() as statements:
            for starts in (*from_training.SOURCES, *from_degrees.SOURCES):
                due(graduates, starts)
        costs.append(len(statements))

    assert costs[0] == costs[1]
