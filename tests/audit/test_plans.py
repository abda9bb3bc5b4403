"""What if, the cheapest way to finish, and plans that are kept: for whom, and what is said of what cannot be."""

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest

from dualdegree.audit import comparing
from dualdegree.audit.dossiers import dossier
from dualdegree.audit.planning import saved as plans
from dualdegree.audit.planning import what_if as whatif
from dualdegree.audit.planning.changes import Added, changes_of
from dualdegree.audit.planning.cheapest_way import asking, presenting, searching
from dualdegree.audit.planning.cheapest_way.wishes import Wishes
from dualdegree.audit.planning.side_by_side import side_by_side
from dualdegree.audit.service import Include
from dualdegree.core.audit import audit
from dualdegree.core.audit.facts import Grant, Recognition
from dualdegree.core.audit.plan.search import plan
from dualdegree.core.policy import NotAllowed
from dualdegree.core.refusal import Refusal
from dualdegree.jobs.models import Job
from dualdegree.jobs.performing import perform_next
from dualdegree.programmes import service as programmes
from dualdegree.programmes.models import CourseOffer
from dualdegree.recognition import service as recognition
from tests.counting import counting
from tests.graduates import READY, SHORT, text
from tests.graduates.browsing import words
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH

OFFERED = ((SOUTH, "S3", "2027-1"), (SOUTH, "S4", "2026-2"), (SOUTH, "S4", "2027-1"), (NORTH, "N6", "2026-2"))
AGAIN = Added("2026-2", SOUTH, "S4")


@pytest.fixture
def offered(graduates):
    """The graduates, with courses on offer in terms to come."""
    rows = [CourseOffer(institution_id=where, course=course, term=term) for where, course, term in OFFERED]
    graduates.session.add_all(rows)
    graduates.session.flush()
    return graduates


def tried(graduates, number=SHORT, at=NOW, **values):
    return whatif.tried(
        graduates.session, dossier(graduates.session, graduates.student(number)), changes_of(values), at
    )


def sentences(outcome):
    return [str(sentence) for sentence in outcome.gone]


def met(dossier_):
    answer = whatif.judged(dossier_, Include.PLANNED).answer
    return {degree: part.met for degree, part in answer.degrees.items()}


def another_year(graduates, year="2025"):
    """South's curriculum of another year, which asks for one elective less; its id, as an address carries it."""
    lighter = text("south/curriculum.yaml").replace('"2024', f'"{year}')
    optional = 'at_least: "12", select: {tag: optional}'
    graduates.publish(SOUTH, lighter.replace(optional, optional.replace("12", "6")))
    versions = programmes.published(graduates.session, SOUTH, "double")
    return str(next(version.id for version in versions if version.version == year))


def test_a_course_added_fills_the_requirement_that_lacked_it(offered):
    session = offered.session
    before = whatif.judged(dossier(session, offered.student(SHORT)), Include.PLANNED)
    after = whatif.judged(tried(offered, add=[str(AGAIN)]).dossier, Include.PLANNED, before.answer)

    south = next(facing for facing in side_by_side(before, after).degrees if facing.institution == SOUTH)

    assert (south.before.met, south.after.met) == (False, True)
    assert "optional" in [pair.after.id for pair in south.changed]


def test_a_course_dropped_is_lacking_again(offered):
    record = dossier(offered.session, offered.student(READY)).case.record
    thesis = next(row.id for row in record if row.course == "S9")

    assert met(tried(offered, READY, drop=[thesis]).dossier) == {"north": True, "south": False}


def test_a_recognition_refused_is_as_if_the_table_had_no_such_entry(offered):
    given = dossier(offered.session, offered.student(READY)).recognised.given

    assert [held.entry.id for held in given]
    outcome = tried(offered, READY, refuse=[given[0].entry.id])
    assert given[0].entry.id not in [held.entry.id for held in outcome.dossier.recognised.given]


def stricter(graduates):
    """A table that asks for a better grade in algebra than READY has, by which READY is judged from now on."""
    south, least = "to: {institution: south.example", 'min_grade: "95"\n    '
    graduates.equivalences(text("equivalences.yaml").replace('"1"', '"2"').replace(south, least + south))
    graduates.move(recognition.equivalences(graduates.session, SOUTH)[0], READY, at=NOW)


def test_a_recognition_that_waits_is_granted_whatever_its_grade(offered):
    stricter(offered)
    assert met(tried(offered, READY).dossier) == {"north": True, "south": False}

    outcome = tried(offered, READY, grant=["algebra"])

    assert sentences(outcome) == []
    assert met(outcome.dossier) == {"north": True, "south": True}


def test_another_curriculum_judges_by_its_own_rules(offered):
    version = another_year(offered)

    assert met(tried(offered, version=[version]).dossier) == {"north": True, "south": True}


def test_one_curriculum_of_each_university_is_tried_at_a_time(offered):
    versions = [another_year(offered, "2025"), another_year(offered, "2026")]

    outcome = tried(offered, version=versions)

    assert sentences(outcome) == ["Only one curriculum of each university can be tried; the first one is."]


def test_what_is_tried_stores_nothing(offered):
    tried(offered, add=[str(AGAIN)])

    assert not offered.session.new
    assert not offered.session.dirty


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"add": [f"{SOUTH}:2028-1:S4"]}, "Vision (S4) is not on offer in 2028/2029 term 1 any more."),
        ({"add": [f"{SOUTH}:2027-1:S7"]}, "S7 is not in the curriculum."),
        ({"add": ["elsewhere.example:2027-1:E1"]}, "E1 is not in the curriculum."),
        ({"drop": ["south.example/S7/2025-1/1"]}, "south.example/S7/2025-1/1 is not in the record any more."),
        (
            {"version": ["999"]},
            "A curriculum version of this plan is not there any more, or binds the student already.",
        ),
        ({"grant": ["nothing"]}, "The recognition nothing is not there to be decided on any more."),
    ],
)
def test_what_cannot_be_any_more_is_named_and_left_out(offered, values, said):
    outcome = tried(offered, **values)

    assert sentences(outcome) == [said]
    assert met(outcome.dossier) == met(dossier(offered.session, offered.student(SHORT)))


def test_a_term_that_has_begun_is_too_late(offered):
    later = dt.datetime(2027, 3, 2, tzinfo=dt.UTC)

    assert sentences(tried(offered, at=later, add=[str(AGAIN)])) == [
        "Vision (S4): 2026/2027 term 2 has begun; choose a later one."
    ]


@pytest.mark.parametrize("values", [{"add": ["S4"]}, {"version": ["first"]}])
def test_an_address_that_nobody_wrote_is_refused(values):
    with pytest.raises(Refusal):
        changes_of(values)


def cheapest_plan(graduates, outcome, refused=(), **wishes):
    offers = asking.offers_of(graduates.session, outcome, NOW)
    asked = asking.plan_case(outcome, offers, Wishes(**wishes), refused=refused)
    return presenting.in_words(outcome, asked, plan(asked))


def test_the_cheapest_plan_says_what_each_course_is_for(offered):
    outcome = dossier(offered.session, offered.student(SHORT))

    planned = cheapest_plan(offered, outcome)

    (term,) = planned.terms
    assert (term.names, [str(step.added) for step in term.begins]) == (("2026-2",), [str(AGAIN)])
    assert planned.plan.added_ects == term.load == Decimal(6)
    assert planned.plan.is_proven
    (step,) = term.begins
    assert [str(sentence) for reason in step.reasons for sentence in reason.says] == ["Counts for “Optional”."]


def step(course, ects):
    added = Added("2026-2", "north.example", course)
    size = Decimal(ects)
    return presenting.PlanStep(added=added, title={}, credits=size, ects=size, share=size, spans=1, reasons=())


def term(load, *begins, goes_on=(), of_record="0"):
    figures = {"load": Decimal(load), "of_record": Decimal(of_record)}
    return presenting.PlanTerm(names=("2026-2",), begins=begins, goes_on=goes_on, **figures)


def test_courses_that_are_one_work_come_to_more_than_their_term_adds_and_a_note_says_why():
    assert term("16", step("N9", "10"), step("S9", "12"), step("N3", "4")).has_one_work


def test_a_recognition_that_rests_on_two_courses_stands_at_the_one_that_completes_it():
    recognition = Recognition(id="r", degree="south", sources=("a", "b"), grants=(Grant(id="g", credits=Decimal(6)),))
    audited = SimpleNamespace(recognitions=(recognition,))

    assert presenting._brings(SimpleNamespace(audited=audited), ("b", "c", "a")) == {"a": ("g",)}


def test_what_is_in_progress_already_is_told_apart_from_what_the_plan_adds():
    full = term("30", step("N3", "4"), goes_on=(step("N9", "6"),), of_record="20")

    assert full.added == Decimal(10)
    assert not full.has_one_work


def test_what_is_planned_really_finishes_both_degrees(offered):
    outcome = dossier(offered.session, offered.student(SHORT))
    planned = cheapest_plan(offered, outcome)

    assert met(tried(offered, add=[str(added) for added in planned.added]).dossier) == {"north": True, "south": True}


def test_a_plan_does_without_a_recognition_that_is_refused(offered):
    outcome = tried(offered, READY, refuse=["optimisation"]).dossier

    assert cheapest_plan(offered, outcome).plan.offers == {}
    without = cheapest_plan(offered, outcome, refused=["optimisation"])

    assert without.plan.offers is None
    assert "Electives: 5 credits needed, and all that could serve come to 4 credits: Graphs (N3), Maps (N6)." in [
        str(sentence) for sentence in without.explanation.conflict
    ]


def test_a_plan_is_audited_anew_and_names_the_offer_that_is_gone(offered):
    student = offered.student(SHORT)
    plan = plans.save(
        offered.session,
        offered.actor("advisor"),
        student,
        "  The  last year ",
        changes_of({"add": [str(AGAIN)]}),
        shared=True,
        at=NOW,
    )
    offered.session.query(CourseOffer).filter_by(course="S4", term="2026-2").delete()

    outcome = whatif.tried(offered.session, dossier(offered.session, student), plans.content_of(plan), NOW)

    assert plan.name == "The last year"
    assert sentences(outcome) == ["Vision (S4) is not on offer in 2026/2027 term 2 any more."]


def test_a_name_stands_for_one_plan_of_one_person(offered):
    actor, student, changes = offered.actor("mei"), offered.student(READY), changes_of({"add": [str(AGAIN)]})
    plan = plans.save(offered.session, actor, student, "Next", changes, shared=False, at=NOW)

    with pytest.raises(Refusal, match="has this name"):
        plans.save(offered.session, actor, student, "Next", changes, shared=False, at=NOW)
    with pytest.raises(Refusal, match="nothing to save"):
        plans.save(offered.session, actor, student, "Other", changes_of({}), shared=False, at=NOW)
    with pytest.raises(Refusal, match="Give the plan a name"):
        plans.change(offered.session, actor, plan, " ", shared=True)
    plans.change(offered.session, actor, plan, "Next", shared=True)
    assert plan.shared


def test_others_open_a_plan_once_it_is_shared_and_never_change_it(offered):
    student, mei, advisor = offered.student(READY), offered.actor("mei"), offered.actor("advisor")
    plan = plans.save(offered.session, mei, student, "Mine", changes_of({"add": [str(AGAIN)]}), shared=False, at=NOW)
    assert plans.plans_of(offered.session, advisor, student) == []

    plans.change(offered.session, mei, plan, "Ours", shared=True)

    assert plans.plans_of(offered.session, advisor, student) == [plan]
    with pytest.raises(NotAllowed):
        plans.delete(offered.session, advisor, plan)
    plans.delete(offered.session, mei, plan)
    assert plans.plans_of(offered.session, mei, student) == []


@pytest.mark.parametrize("language", ["en", "zh_Hans", "es"])
def test_the_pages_can_be_read_in_every_language(offices, language):
    reader, student = offices.reader("advisor"), offices.student(SHORT)
    reader.set_cookie("language", language)
    addresses = ("plans", "plan", "what-if", f"what-if?add={SOUTH}::S4&drop=gone")

    assert [reader.get(f"/students/{student}/{address}").status_code for address in addresses] == [200] * 4


def test_a_plan_is_saved_opened_renamed_and_deleted_from_its_pages(offices):
    reader, student = offices.reader("mei"), offices.student(READY)
    form = {"name": "A map more", "add": [f"{NORTH}::N6"]}

    opened = reader.post(f"/students/{student}/plans/save", data=form, follow_redirects=True)
    assert "What if: A map more" in words(opened)
    assert "nothing here is official" in words(opened)
    address = opened.request.path
    assert offices.reader("advisor").get(address).status_code == 403
    renamed = reader.post(f"{address}/change", data={"name": "Maps", "shared": "1"}, follow_redirects=True)
    assert "What if: Maps" in words(renamed)
    assert offices.reader("advisor").get(address).status_code == 200
    assert "No plan is saved yet." in words(reader.post(f"{address}/delete", follow_redirects=True))


def test_a_plan_without_a_change_is_shown_again_with_the_reason(offices):
    answer = offices.reader("mei").post(f"/students/{offices.student(READY)}/plans/save", data={"name": "Nothing"})

    assert answer.status_code == 400
    assert "There is nothing to save yet; add or drop something first." in words(answer)


def test_a_name_that_is_taken_is_said_beside_the_form_which_keeps_the_changes(offices):
    reader, address = offices.reader("mei"), f"/students/{offices.student(READY)}/plans/save"
    form = {"name": "Maps", "add": [f"{NORTH}::N6"]}
    reader.post(address, data=form)

    again = reader.post(address, data=form)

    assert again.status_code == 400
    assert "Another plan of yours for this student has this name; choose another." in words(again)
    assert "Added: Maps (N6), Northlake University, any term" in words(again)


def test_the_page_says_what_is_changed_and_what_of_it_cannot_be(offices):
    changes = f"add={NORTH}::N6&add={SOUTH}:2026-2:S4&drop=gone&refuse=optimisation&grant=nothing&version=999"

    page = words(offices.reader("advisor").get(f"/students/{offices.student(READY)}/what-if?{changes}"))

    assert "Added: Maps (N6), Northlake University, any term" in page
    assert "Recognition refused: Databases (S3) at Northlake University as Optimisation (N4)" in page
    assert "Vision (S4) is passed or under way already." in page
    assert "gone is not in the record any more." in page
    assert "The recognition nothing is not there to be decided on any more." in page


def test_a_plan_with_an_offer_that_is_gone_says_so_and_keeps_everything(offices):
    mei, student = offices.reader("mei"), offices.student(READY)
    with offices.graduates() as graduates:
        graduates.session.add(CourseOffer(institution_id=NORTH, course="N6", term="2027-1"))
    form = {"name": "Maps", "add": [f"{NORTH}:2027-1:N6"]}
    address = mei.post(f"/students/{student}/plans/save", data=form).headers["Location"]
    with offices.graduates() as graduates:
        graduates.session.query(CourseOffer).one().term = "2028-1"

    for _ in range(2):
        page = words(mei.get(address))
        assert "Maps (N6) is not on offer in 2027/2028 term 1 any more." in page
        assert "Added: Maps (N6), Northlake University, 2027/2028 term 1" in page


@pytest.mark.parametrize(
    ("query", "value"), [("", "30"), ("?limit=", ""), ("?limit=7,5", "7.5")], ids=["a full term", "none", "their own"]
)
def test_a_term_holds_a_full_term_unless_another_limit_or_none_is_given(offices, query, value):
    with offices.graduates() as graduates:
        graduates.session.add(CourseOffer(institution_id=SOUTH, course="S4", term="2027-1"))

    page = offices.reader("advisor").get(f"/students/{offices.student(SHORT)}/plan{query}")

    assert re.search(r'name="limit"[^>]*value="([^"]*)"', page.get_data(as_text=True))[1] == value


def test_a_limit_that_is_no_number_is_marked_and_the_rest_of_the_form_kept(offices):
    reader = offices.reader("advisor")
    answer = reader.get(f"/students/{offices.student(SHORT)}/plan?limit=abc&refuse=x")

    assert answer.status_code == 400
    assert '"abc" is no number of ECTS; write digits, such as 30.' in words(answer)
    page = answer.get_data(as_text=True)
    assert re.search(r'name="limit"[^>]*value="abc"[^>]*aria-invalid="true"', page)
    assert re.search(r'name="refuse"[^>]*value="x"', page)


def test_where_only_the_terms_are_too_narrow_the_page_says_so(offices):
    with offices.graduates() as graduates:
        graduates.session.add(CourseOffer(institution_id=SOUTH, course="S4", term="2027-1"))

    page = words(offices.reader("advisor").get(f"/students/{offices.student(SHORT)}/plan?limit=5"))

    assert "Allow more ECTS in one term, or leave the field empty for no limit." in page


def test_an_answer_that_is_not_proven_is_called_so(offices, monkeypatch):
    monkeypatch.setattr(comparing, "audit", lambda case: replace(audit(case), proven=False))

    page = words(offices.reader("mei").get(f"/students/{offices.student(READY)}/what-if"))

    assert "not proven" in page


def test_a_plan_that_may_not_be_the_cheapest_is_called_so(offices, monkeypatch):
    monkeypatch.setattr(searching, "plan", lambda case, watch: replace(plan(case, watch), is_proven=False))
    with offices.graduates() as graduates:
        graduates.session.add(CourseOffer(institution_id=SOUTH, course="S4", term="2027-1"))

    page = words(offices.reader("advisor").get(f"/students/{offices.student(SHORT)}/plan"))

    assert "The search was stopped at its limit of work; a plan with fewer credits may exist." in page
    assert "Vision (S4)" in page


def test_the_pages_ask_the_database_a_fixed_number_of_times(offices):
    reader, student = offices.reader("advisor"), offices.student(SHORT)
    few, many = f"add={NORTH}::N6", f"add={NORTH}::N6&add={SOUTH}::S4&refuse=algebra&drop=a&drop=b&grant=c"
    reader.get(f"/students/{student}/what-if?{many}")

    asked = []
    for changes in (few, many):
        with counting(offices.engine()) as statements:
            reader.get(f"/students/{student}/what-if?{changes}")
        asked.append(len(statements))

    assert asked[0] == asked[1]


WHERE = [
    ("prefer=end", 200, "the earliest end"),
    ("end_by=1999-1", 400, "“1999-1” is no term to come; choose one from the list."),
    (f"grade-{SOUTH}=3", 400, "“3” is no grade that passes there; write 5 to 10."),
    (f"grade-{SOUTH}=7,5", 200, "Vision (S4)"),
]


@pytest.mark.parametrize(("query", "status", "said"), WHERE, ids=[query for query, _, _ in WHERE])
def test_what_somebody_wishes_of_a_plan_is_kept_to_or_refused_at_its_field(offices, query, status, said):
    with offices.graduates() as graduates:
        graduates.session.add(CourseOffer(institution_id=SOUTH, course="S4", term="2027-1"))

    answer = offices.reader("advisor").get(f"/students/{offices.student(SHORT)}/plan?{query}")

    assert answer.status_code == status
    assert said in words(answer)


@pytest.fixture
def impatient(offices, monkeypatch):
    monkeypatch.setitem(offices.app.config, "PLAN_SECONDS", 0)
    with offices.graduates() as graduates:
        graduates.session.add(CourseOffer(institution_id=SOUTH, course="S4", term="2027-1"))
    return offices


def plan_address(offices):
    return f"/students/{offices.student(SHORT)}/plan"


def test_a_search_that_takes_longer_goes_on_as_a_job_and_its_plan_is_shown(impatient):
    reader, address = impatient.reader("advisor"), plan_address(impatient)
    assert "This plan takes longer to find" in words(reader.get(address))

    reader.post(f"{address}/search", data={"limit": "30"})
    waiting = reader.get(f"{address}?limit=30")
    while perform_next(impatient.app):
        pass

    assert "The search waits for its turn." in words(waiting)
    assert waiting.headers["Refresh"] == "3"
    assert "Vision (S4)" in words(reader.get(f"{address}?limit=30"))


def test_a_search_that_is_left_is_not_begun_and_shows_no_plan(impatient):
    reader, address = impatient.reader("advisor"), plan_address(impatient)
    reader.post(f"{address}/search", data={})

    page = reader.post(f"{address}/leave", data={}, follow_redirects=True)

    assert "The search is left; nothing of it is kept." in words(page)
    assert not perform_next(impatient.app)
    assert "This plan takes longer to find" in words(reader.get(address))


def test_a_search_that_was_asked_for_twice_goes_on_once(impatient):
    reader, address = impatient.reader("advisor"), plan_address(impatient)

    reader.post(f"{address}/search", data={})
    reader.post(f"{address}/search", data={})

    assert perform_next(impatient.app)
    assert not perform_next(impatient.app)


@pytest.mark.parametrize(
    ("progress", "said"),
    [
        ({}, "The search waits for its turn."),
        ({"stage": "work"}, "No plan is known yet."),
        ({"stage": "work", "best": "66", "least": "60"}, "A plan of 66 ECTS is known; none has less than 60 ECTS."),
        ({"stage": "end"}, "The earliest end is looked for."),
        ({"stage": "conflict"}, "There is no plan; what stands in the way is looked for."),
    ],
)
def test_a_search_says_how_far_it_is(progress, said):
    assert str(searching.progress_in_words(Job(progress=progress))) == said
