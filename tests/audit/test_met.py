"""Since when both degrees are met, as far as the audits that are kept tell."""

import datetime as dt

from dualdegree.audit.dossiers import dossiers
from dualdegree.audit.service import Include, audits
from tests.graduates import COMING, NOW, READY
from tests.programmes.papers import SOUTH

DAYS = [NOW + dt.timedelta(days=number) for number in range(5)]


def met_since(graduates, number, at):
    """What an audit of that moment says, and keeps."""
    student = graduates.student(number).id
    kept = audits(graduates.session, dossiers(graduates.session, [student]).values(), Include.OFFICIAL, at)
    graduates.session.flush()
    return kept[student].met_since


def passed(graduates, *, at):
    graduates.changed("grades", SOUTH, "S203;S4", "cursando", "9,0", at=at)


def taken_back(graduates, *, at):
    graduates.changed("grades", SOUTH, "S203;S4", "cursando", "3,0", at=at)


def test_the_first_audit_in_a_row_that_finds_both_met_gives_the_day(graduates):
    met_since(graduates, COMING, DAYS[0])
    passed(graduates, at=DAYS[1])

    first, later = met_since(graduates, COMING, DAYS[2]), met_since(graduates, COMING, DAYS[4])

    assert (first.since, first.unmet_until, first.begin_seen) == (DAYS[2], DAYS[0], True)
    assert later == first


def test_an_interruption_begins_a_new_row_even_where_an_earlier_answer_holds_again(graduates):
    met_since(graduates, COMING, DAYS[0])
    passed(graduates, at=DAYS[0])
    met_since(graduates, COMING, DAYS[1])
    taken_back(graduates, at=DAYS[1])
    assert met_since(graduates, COMING, DAYS[2]) is None
    passed(graduates, at=DAYS[2])

    again = met_since(graduates, COMING, DAYS[3])

    assert (again.since, again.unmet_until) == (DAYS[3], DAYS[2])


def test_another_grade_that_leaves_both_met_is_no_interruption(graduates):
    met_since(graduates, COMING, DAYS[0])
    passed(graduates, at=DAYS[0])
    first = met_since(graduates, COMING, DAYS[1])

    graduates.changed("grades", SOUTH, "S203;S4", "cursando", "8,0", at=DAYS[2])

    assert met_since(graduates, COMING, DAYS[3]) == first


def test_where_no_audit_saw_them_unmet_the_day_is_only_the_latest_possible(graduates):
    first = met_since(graduates, READY, DAYS[0])

    assert (first.since, first.begin_seen) == (DAYS[0], False)


def test_the_day_costs_no_query_of_its_own(graduates, counted):
    student = graduates.student(READY).id
    met_since(graduates, READY, DAYS[0])
    kept = audits(graduates.session, dossiers(graduates.session, [student]).values(), Include.OFFICIAL, DAYS[1])

    with counted() as statements:
        assert kept[student].met_since.since == DAYS[0]

    assert statements == []
