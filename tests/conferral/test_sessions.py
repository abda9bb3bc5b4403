"""A session of the body: prepared, looked at, closed once; many students at once, and nothing half done."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from dualdegree import events
from dualdegree.conferral.degrees.later import since_conferred
from dualdegree.conferral.models import Award, ConferralSession
from dualdegree.conferral.sessions import closing, service
from dualdegree.conferral.ways import ways_at
from dualdegree.core.conferral.gate import BoardStage, Gate
from dualdegree.core.conferral.sessions import EntryWanted, SessionResult
from dualdegree.core.refusal import Absent, Conflict, Refusal
from dualdegree.messages.models import Notice
from dualdegree.programmes.models import Institution
from dualdegree.records.standing import holds
from tests.conferral.deciding import TODAY, apply, close, confer, draft, graduate, heard, notify, put_down, way
from tests.graduates import ALSO_READY, COMING, LATER, READY, SHORT, text
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH

HOLDS = """
holds:
  fees: {name: {en: Fees unpaid}, remedy: {en: Pay them.}}
"""


def acts(graduates, where, number=READY):
    entries = events.history(graduates.session, graduates.student(number).subject)
    return [event.act for event in reversed(entries) if event.institution_id == where]


def said(graduates, row):
    return [str(message) for line in service.preview(graduates.session, row, NOW) for message in line.objections]


def subjects(graduates, who):
    person = graduates.actor(who).person_id
    return [
        str(row.subject)
        for row in graduates.session.scalars(sa.select(Notice).order_by(Notice.id))
        if row.person_id == person
    ]


def verdict(graduates, number=READY):
    audit = graduates.standing(number, LATER).state.audit
    return audit.met, {degree: dict(answer.claims) for degree, answer in audit.answer.degrees.items()}


def test_a_session_that_is_closed_confers_the_degree_with_its_number(graduates):
    confer(graduates)

    here = way(graduates)
    assert (here.conferred_on, here.award.certificate_number, here.award.modality) == (
        TODAY,
        "2026/000001",
        "presential",
    )
    assert acts(graduates, SOUTH) == acts(graduates, NORTH) == ["degree applied for", "degree conferred"]
    assert any("Your degree is conferred" in subject for subject in subjects(graduates, "mei"))
    assert any("A decision on the degree of" in subject for subject in subjects(graduates, "north"))


def test_many_students_are_decided_at_once_in_a_fixed_number_of_queries(graduates, counted):
    graduates.more(10)
    numbers = [f"N{item}" for item in range(300, 310)]
    for number in numbers:
        apply(graduates, number)
    row = draft(graduates)
    for at, number in enumerate(numbers, start=1):
        put_down(graduates, row, number, given=f"2026/{at:06}")
    with counted() as many:
        assert said(graduates, row) == []
    close(graduates, row)

    known = ways_at(graduates.session, SOUTH, [graduates.student(number).id for number in numbers], NOW)
    assert {entry.conferred_on for entry in known.values()} == {TODAY}
    assert len(many) <= 24


def test_what_was_signed_stays_signed_when_a_degree_is_conferred(graduates):
    graduates.sign()
    confer(graduates)

    standing = graduates.standing(at=LATER)
    assert standing.gate is Gate.OPEN
    assert standing.stage is BoardStage.SIGNED_BY_BOTH
    assert graduates.issue(at=LATER).state_digest == standing.state.digest


def test_the_transcript_prints_the_day_on_which_the_degree_was_awarded(graduates):
    confer(graduates)

    degrees = {degree.institution: degree for degree in graduates.standing(at=LATER).state.content.degrees}
    assert (degrees[SOUTH].awarded_on, degrees[NORTH].awarded_on) == (TODAY, None)


def test_both_degrees_decided_is_a_stage_of_its_own(graduates):
    graduates.sign()
    confer(graduates)
    confer(graduates, where=NORTH)

    assert graduates.standing(at=LATER).stage is BoardStage.DECIDED
    assert graduates.standing(at=LATER).may_be_issued


def change_a_grade(graduates):
    graduates.changed("grades", SOUTH, "S201;S4", "9,1", "5,5")


def fail_a_course(graduates):
    graduates.changed("grades", SOUTH, "S201;S4", "9,1", "3,0")


def fail_what_was_recognised(graduates):
    graduates.changed("grades", NORTH, "N101,N1", ",85,", ",40,")


def lift_the_recognition(graduates):
    table = text("equivalences.yaml")
    begin, end = table.index("  - id: algebra"), table.index("  - id: optimisation")
    graduates.other_equivalences((table[:begin] + table[end:]).replace('version: "1"', 'version: "2"'))


@pytest.mark.parametrize("later", [change_a_grade, fail_a_course, fail_what_was_recognised, lift_the_recognition])
def test_a_degree_conferred_first_is_untouched_by_whatever_changes_later(graduates, later):
    confer(graduates)
    met, claims = verdict(graduates)

    later(graduates)

    met_later, claims_later = verdict(graduates)
    assert met["south"]
    assert met_later["south"]
    assert claims_later["south"] == claims["south"]
    assert since_conferred(way(graduates, at=LATER)) != ()
    for office in ("north", "south"):
        assert any("The record of a conferred degree has changed" in subject for subject in subjects(graduates, office))


def test_the_other_degree_is_judged_by_todays_record(graduates):
    confer(graduates)

    fail_what_was_recognised(graduates)

    met, claims = verdict(graduates)
    assert met == {"north": False, "south": True}
    assert f"{NORTH}/N1/2024-1/1" not in claims["north"]


def test_what_has_nothing_to_do_with_the_degree_is_told_to_nobody(graduates):
    confer(graduates)

    graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")

    assert since_conferred(way(graduates, at=LATER)) == ()
    assert not any("The record of a conferred degree" in subject for subject in subjects(graduates, "south"))


def test_nobody_is_decided_who_is_not_ready_and_all_is_as_it_was(graduates):
    apply(graduates)
    row = draft(graduates)
    put_down(graduates, row)
    put_down(graduates, row, SHORT, given="2026/000002")

    with pytest.raises(Conflict, match="Otieno, Achieng: the requirements of the degree are not met today"):
        close(graduates, row)

    assert not row.is_closed
    assert way(graduates).conferred_on is None


def test_a_number_is_given_once_in_a_session_and_in_all_of_them(graduates):
    confer(graduates)
    apply(graduates, ALSO_READY)
    row = draft(graduates, minute="8/2026")
    put_down(graduates, row, ALSO_READY, given="2026/000001")
    put_down(graduates, row, COMING, given="2026/000001")

    assert "Ramos, Lia: the number 2026/000001 belongs to Lin, Mei · 林梅 already." in said(graduates, row)
    assert "Ramos, Lia: another entry of this session has the number 2026/000001, too." in said(graduates, row)


def test_who_is_conferred_is_not_conferred_again(graduates):
    confer(graduates)
    row = draft(graduates, minute="8/2026")
    put_down(graduates, row, given="2026/000002")

    with pytest.raises(Conflict, match="The degree of Lin, Mei · 林梅 is conferred already, on 2026-11-23"):
        close(graduates, row)


def test_a_student_has_one_entry_in_a_session(graduates):
    row = draft(graduates)
    put_down(graduates, row)
    put_down(graduates, row, given="2026/000007")

    assert [(entry.student_id, entry.number) for entry in row.entries] == [(graduates.student().id, "2026/000007")]


def test_a_session_is_closed_once(graduates):
    row = confer(graduates)

    with pytest.raises(Conflict, match="The session is closed, and what it decided stands"):
        close(graduates, row)
    with pytest.raises(Conflict, match="The session is closed"):
        put_down(graduates, row)

    assert acts(graduates, SOUTH).count("degree conferred") == 1


def test_two_registrars_do_not_overwrite_each_others_draft(graduates):
    row = draft(graduates)
    seen = row.revision
    put_down(graduates, row)

    with pytest.raises(Conflict, match="Somebody else has changed this draft"):
        service.enter(graduates.session, graduates.registrar(SOUTH), row, {}, seen=seen)
    with pytest.raises(Conflict, match="Somebody else has changed this draft"):
        closing.close(graduates.session, graduates.registrar(SOUTH), row, seen=seen, at=NOW)


def test_a_minute_names_one_session(graduates):
    draft(graduates)

    with pytest.raises(Conflict, match="A session under the minute 7/2026 is there already"):
        draft(graduates)


@pytest.mark.parametrize(
    ("entered", "sentence"),
    [
        ({"on": TODAY + dt.timedelta(days=1)}, "The day of the session has not come yet"),
        ({"minute": " "}, "Give the number of the minute"),
        ({"modality": "by post"}, "Choose one of the modalities"),
    ],
)
def test_a_session_that_cannot_be_is_refused_at_its_field(graduates, entered, sentence):
    with pytest.raises(Refusal, match=sentence):
        draft(graduates, **entered)


def test_diplomas_print_the_modality_from_a_day_on(graduates):
    wanted = service.SessionWanted(minute="7/2026", on=TODAY, modality=None)
    registrar = graduates.registrar(SOUTH)

    with pytest.raises(Refusal, match="Diplomas print how the degree was taught since 2026-09-01"):
        service.draft(graduates.session, registrar, SOUTH, wanted, NOW)

    earlier = replace(wanted, on=dt.date(2026, 8, 31))
    assert service.draft(graduates.session, registrar, SOUTH, earlier, NOW).modality is None


def test_no_session_lies_before_the_application(graduates):
    apply(graduates)
    row = draft(graduates, on=dt.date(2026, 10, 1))
    put_down(graduates, row)

    assert said(graduates, row) == [
        "Lin, Mei · 林梅 applied on 2026-11-23, after the day of the session; correct one of the two days."
    ]


def test_no_degree_is_conferred_before_the_one_that_the_agreement_sets_first(graduates):
    graduates.agreement(
        text("agreement.yaml").replace('version: "1"', 'version: "2"') + "conferral: {first: north.example}\n"
    )
    apply(graduates, at=LATER)
    row = draft(graduates, at=LATER)
    put_down(graduates, row)

    with pytest.raises(Conflict, match="By the agreement Northlake University confers its degree on Lin, Mei"):
        close(graduates, row, LATER)
    confer(graduates, where=NORTH)

    assert close(graduates, row, LATER).is_closed


@pytest.mark.parametrize("where", [SOUTH, NORTH])
def test_no_degree_is_conferred_while_a_hold_is_open_at_either_institution(graduates, where):
    hold = place_hold(graduates, where)
    apply(graduates)
    row = draft(graduates)
    put_down(graduates, row)

    objections = said(graduates, row)
    with pytest.raises(Conflict, match="has an open hold on"):
        close(graduates, row)
    holds.lift(graduates.session, graduates.registrar(where), hold, "Paid.", NOW)

    name = graduates.session.get(Institution, where).names["en"]
    student = graduates.student().full_name["en"]
    assert objections == [f"{name} has an open hold on {student}; take the student out until its registrar lifts it."]
    assert said(graduates, row) == []


def test_a_degree_is_postponed_whatever_hold_is_open(graduates):
    place_hold(graduates, NORTH)
    row = draft(graduates)

    put_down(graduates, row, result=SessionResult.POSTPONED, reason="Fees.")

    assert said(graduates, row) == []


def place_hold(graduates, where):
    graduates.take("institution", where, graduates.session.get(Institution, where).profile + HOLDS)
    registrar, student = graduates.registrar(where), graduates.student()
    return holds.place(
        graduates.session, registrar, student, institution=where, kind="fees", reason="Unpaid since May.", at=NOW
    )


def test_a_degree_is_not_refused_before_notice_and_hearing(graduates):
    row = draft(graduates)
    put_down(graduates, row, result=SessionResult.REFUSED, reason="Copied pages")

    with pytest.raises(Conflict, match="has not been heard: give notice with the grounds"):
        close(graduates, row)
    notify(graduates)
    with pytest.raises(Conflict, match="has not been heard"):
        close(graduates, row)


def test_a_refusal_tells_the_student_the_law_and_until_when_to_appeal(graduates):
    hearing = heard(graduates)
    row = draft(graduates)
    put_down(graduates, row, result=SessionResult.REFUSED, reason="Copied pages")
    close(graduates, row)

    assert (hearing.state, hearing.session_id) == ("decided", row.id)
    assert hearing.appeal_until == TODAY + dt.timedelta(days=20)
    assert any("Your degree is refused" in subject for subject in subjects(graduates, "mei"))
    assert "degree refused" not in acts(graduates, NORTH)


def test_who_was_refused_or_postponed_can_be_decided_on_by_a_later_session(graduates):
    apply(graduates)
    row = draft(graduates)
    put_down(graduates, row, result=SessionResult.POSTPONED, reason="A paper is missing")
    close(graduates, row)
    later = draft(graduates, minute="8/2026")
    put_down(graduates, later)

    assert close(graduates, later).is_closed
    assert way(graduates).conferred_on == TODAY


def test_a_later_session_puts_a_number_right(graduates):
    confer(graduates)
    row = draft(graduates, minute="8/2026")
    put_down(graduates, row, result=SessionResult.CORRECTED, given="2026/000009", reason="A digit")
    close(graduates, row)

    assert way(graduates).award.certificate_number == "2026/000009"
    assert way(graduates).conferred_on == TODAY


def test_a_degree_that_is_annulled_is_judged_by_todays_record_again(graduates):
    confer(graduates)
    heard(graduates)
    row = draft(graduates, minute="8/2026")
    put_down(graduates, row, result=SessionResult.ANNULLED, reason="A forged certificate")
    close(graduates, row)
    fail_a_course(graduates)

    assert not verdict(graduates)[0]["south"]
    assert graduates.session.scalars(sa.select(Award.certificate_number)).all() == [None]


def test_the_chinese_side_graduates_before_it_decides(graduates):
    apply(graduates, where=NORTH)
    row = draft(graduates, NORTH)
    put_down(graduates, row)

    assert said(graduates, row) == [
        "Lin, Mei · 林梅 has not graduated in a way that leads to the degree; enter the graduation first."
    ]
    graduate(graduates)
    assert close(graduates, row).is_closed


def test_a_draft_can_be_discarded_and_only_a_draft(graduates):
    row = draft(graduates)
    put_down(graduates, row)
    service.discard(graduates.session, graduates.registrar(SOUTH), row, seen=row.revision, at=NOW)

    assert graduates.session.scalars(sa.select(ConferralSession)).all() == []


def test_a_session_decides_on_students_of_its_own_institution_only(graduates):
    row = draft(graduates)
    stranger = {graduates.student("N104").id: EntryWanted(result=SessionResult.POSTPONED, reason="x")}

    with pytest.raises(Absent, match="students of its own institution only"):
        service.enter(graduates.session, graduates.registrar(SOUTH), row, stranger, seen=row.revision)


def test_an_empty_session_is_not_closed(graduates):
    with pytest.raises(Refusal, match="The session decides on nobody yet"):
        close(graduates, draft(graduates))


def test_numbers_that_follow_are_proposed(graduates):
    confer(graduates)
    row = draft(graduates, minute="8/2026")

    proposed = service.proposed_numbers(graduates.session, row, [7, 8])

    assert proposed == {7: "2026/000002", 8: "2026/000003"}
