"""Deadlines follow from the profile's rules and the record; one that has passed is told once and decides nothing."""

import datetime as dt

import pytest
import sqlalchemy as sa

from dualdegree.core.days import day_in
from dualdegree.core.deadlines import DeadlineState, Occurrence
from dualdegree.core.text import Message
from dualdegree.db import transaction
from dualdegree.deadlines import service, sources
from dualdegree.messages.models import Notice
from tests.atonce import at_once
from tests.graduates import READY, text
from tests.graduates.browsing import words
from tests.people import NOW
from tests.programmes.papers import SOUTH

RULES = """
enrolment: {longest: {years: 2}}
deadlines:
  results: {2025-1: 2026-10-01}
  rules:
    tor: {name: {en: Transcript for the partner}, starts: results, days: 35, alerts: [registrar]}
    longest: {name: {en: Longest duration}, starts: duration, days: 0, alerts: [registrar, student]}
    other: {name: {en: Of nobody}, starts: weather, days: 3}
"""


@pytest.fixture
def ruled(graduates):
    """South sets deadlines: results of a term were published, and two years are over."""
    graduates.take("institution", SOUTH, text("south/institution.yaml") + RULES)
    graduates.session.execute(sa.delete(Notice))
    return graduates


def at_south(world, at=NOW):
    return service.deadlines_at(world.session, SOUTH, at)


def named(deadlines):
    return {(deadline.rule.key, deadline.due.isoformat(), deadline.state.value) for deadline in deadlines}


def notices(world):
    return [(notice.key.partition(":")[0], notice.email) for notice in world.session.scalars(sa.select(Notice))]


def test_a_deadline_is_as_many_days_after_what_starts_it_as_the_profile_says(ruled):
    assert named(at_south(ruled)) == {("tor", "2026-11-05", "passed"), ("longest", "2026-08-31", "passed")}


def test_a_document_that_was_issued_since_ends_the_wait_for_the_transcript(ruled):
    def waiting():
        return {deadline.student.id for deadline in at_south(ruled) if deadline.rule.key == "tor"}

    assert ruled.student().id in waiting()
    ruled.sign()
    ruled.issue()

    assert ruled.student().id not in waiting()


def test_what_has_not_been_published_yet_starts_nothing(ruled):
    before = dt.datetime(2026, 9, 30, 12, 0, tzinfo=dt.UTC)

    assert {deadline.rule.key for deadline in at_south(ruled, before)} == {"longest"}


def test_passing_a_deadline_tells_whom_the_rule_names_and_once(ruled):
    first = service.alert(ruled.session, SOUTH, NOW)
    again = service.alert(ruled.session, SOUTH, NOW)

    kinds = [deadline.rule.key for deadline in at_south(ruled)]
    assert (first, again) == (len(kinds), 0)
    addresses = [email for _, email in notices(ruled)]
    assert addresses.count("south@people.example") == len(kinds)
    assert addresses.count("mei@people.example") == 1


def test_told_twice_at_once_it_is_told_once(offices):
    with offices.graduates() as graduates:
        graduates.take("institution", SOUTH, text("south/institution.yaml") + RULES)

    def tell():
        with offices.app.app_context(), transaction() as session:
            return service.alert(session, SOUTH, NOW)

    counts = at_once(tell, tell)

    assert 0 in counts
    assert max(counts) > 0


def test_passing_a_deadline_changes_nothing_else(ruled):
    before = ruled.standing().state.digest

    service.alert(ruled.session, SOUTH, NOW)

    assert ruled.standing().state.digest == before


def test_another_office_adds_deadlines_by_one_function(ruled, monkeypatch):
    student = ruled.student().id

    def storms(_session, profile, asked):
        yield Occurrence(
            student=student, key="storm:1", on=day_in(asked.at, profile.time_zone), what=Message("Storm"), link="/"
        )

    monkeypatch.setitem(sources._SOURCES, "weather", storms)

    (storm,) = (deadline for deadline in at_south(ruled) if deadline.rule.key == "other")
    assert (storm.due, storm.state) == (dt.date(2026, 11, 26), DeadlineState.NEAR)


def test_looking_at_deadlines_costs_as_many_queries_for_many_as_for_few(ruled, counted):
    costs = []
    for more in (1, 4):
        ruled.more(more)
        ruled.session.expunge_all()
        with counted() as statements:
            at_south(ruled)
        costs.append(len(statements))

    assert costs[0] == costs[1]


def test_the_page_lists_them_and_the_student_s_start_page_has_the_own(offices):
    with offices.graduates() as graduates:
        graduates.take("institution", SOUTH, text("south/institution.yaml") + RULES)
        student = graduates.student(READY).full_name["en"]

    page = words(offices.reader("south").get("/deadlines?state=passed"))
    own = words(offices.reader("mei").get("/"))
    stranger = offices.reader("mei").get("/deadlines")

    assert "Transcript for the partner" in page
    assert student in page
    assert "end of the longest duration of studies" in own
    assert "Transcript for the partner" not in own
    assert stranger.status_code == 403
