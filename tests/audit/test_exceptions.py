"""Exceptions for one student: who asks, decides and enters them, what they do, and what is refused."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from dualdegree.audit.currency import out_of_date
from dualdegree.audit.dossiers import dossier
from dualdegree.audit.exceptions import service
from dualdegree.audit.exceptions.presenting import show
from dualdegree.audit.exceptions.rules import AskedException, check, effects
from dualdegree.audit.exceptions.service import ExceptionDecision
from dualdegree.audit.models import AuditResult, ExceptionRequest
from dualdegree.audit.orphans import orphans, refuse_orphans
from dualdegree.audit.rule_changes.publishing import publish
from dualdegree.audit.service import Include, audit_of
from dualdegree.core.approval import State
from dualdegree.core.audit.explain.explanation import explain
from dualdegree.core.audit.facts import ExceptionKind
from dualdegree.core.policy import NotAllowed
from dualdegree.core.refusal import Conflict, NeedsAnother, Refusal
from dualdegree.events import history
from dualdegree.programmes.curricula import publishing
from dualdegree.programmes.service import curriculum_versions
from tests.graduates import LATER, ONE_SIDED, READY, SHORT, Graduates, text
from tests.people import NOW, person
from tests.programmes.papers import NORTH, SOUTH
from tests.publishing import second_registrar

BY_BODY = "exceptions: {decided_by: body, body: {en: Academic committee, es: Comisión Académica}}\n"
BY_ADVISOR = "exceptions: {decided_by: advisor}\n"
WAIVED = AskedException(
    kind=ExceptionKind.WAIVE, degree="south", requirement="optional", reason="Six months at a laboratory."
)
REDUCED = AskedException(
    kind=ExceptionKind.REDUCE, degree="south", requirement="optional", at_least=Decimal(6), reason="By the old plan."
)
GRANTED = ExceptionDecision(granted=True, reason="", on=dt.date(2026, 11, 23), minute="12/2026")
REFUSED = ExceptionDecision(granted=False, reason="No precedent.", on=dt.date(2026, 11, 23), minute="12/2026")


@pytest.fixture
def world(graduates) -> Graduates:
    """The graduates, and two universities that say who decides: a body at south, advisors at north."""
    for where, side, rules in ((NORTH, "north", BY_ADVISOR), (SOUTH, "south", BY_BODY)):
        graduates.take("institution", where, text(f"{side}/institution.yaml") + rules)
    return graduates


def asked(world, what=WAIVED, number=SHORT):
    return service.ask(world.session, world.actor("advisor"), world.student(number), what, NOW)


def entered(world, what=WAIVED, number=SHORT):
    request = asked(world, what, number)
    registrar = world.registrar(SOUTH)
    service.decide(world.session, registrar, request, GRANTED, seen=request.revision, at=NOW)
    service.enter(world.session, second_registrar(world.session, SOUTH), request, seen=request.revision, at=LATER)
    return request


def audited(world, number=SHORT, at=LATER):
    return audit_of(world.session, dossier(world.session, world.student(number)), Include.OFFICIAL, at)


def test_an_exception_applies_only_once_it_is_entered(world):
    registrar = world.registrar(SOUTH)
    assert not audited(world).both_met

    request = asked(world)
    assert not audited(world).both_met
    service.decide(world.session, registrar, request, GRANTED, seen=None, at=NOW)
    assert not audited(world).both_met
    service.enter(world.session, second_registrar(world.session, SOUTH), request, seen=None, at=LATER)

    assert audited(world).both_met
    assert request.state == State.ENTERED


def test_an_audit_that_uses_an_exception_says_so_with_who_when_and_why(world):
    entered(world)
    judged = audited(world)
    explanation = explain(judged.question.case, judged.answer)
    optional = next(
        requirement
        for degree in explanation.degrees
        for requirement in degree.requirements
        if requirement.id == "optional"
    )

    assert "Waived (decided by Academic committee, 12/2026 on 2026-11-23: Six months at a laboratory.)." in [
        str(limit) for limit in optional.also
    ]


def test_entering_makes_the_kept_audit_out_of_date_and_lifting_does_so_again(world):
    audited(world)
    request = entered(world)
    assert world.session.scalars(out_of_date(SOUTH, Include.OFFICIAL)).all() == [world.student(SHORT).id]

    audited(world)
    service.lift(world.session, world.registrar(SOUTH), request, reason="Granted by mistake.", seen=None, at=LATER)

    assert world.session.scalars(out_of_date(SOUTH, Include.OFFICIAL)).all() == [world.student(SHORT).id]
    assert not audited(world).both_met


def test_an_exception_voids_the_sign_offs_of_the_state_before(world):
    world.sign(READY)
    assert world.standing(READY).gate == "open"

    entered(world, number=READY)

    assert world.standing(READY).gate == "to_be_signed"


@pytest.mark.parametrize("by", ["north", "mei", "elsewhere"])
def test_only_the_student_s_own_advisor_asks(world, by):
    with pytest.raises(NotAllowed):
        service.ask(world.session, world.actor(by), world.student(SHORT), WAIVED, NOW)


def test_a_request_has_a_reason(world):
    with pytest.raises(Refusal, match="Say why the exception is needed"):
        asked(world, AskedException(kind=ExceptionKind.WAIVE, degree="south", requirement="optional", reason=" "))


def test_the_same_is_not_asked_for_twice(world):
    asked(world)

    with pytest.raises(Conflict, match="asked for or entered already"):
        asked(world)


def test_a_body_s_decision_has_a_minute_and_is_recorded_by_the_registrar_there(world):
    request = asked(world)
    without = ExceptionDecision(granted=True, reason="", on=GRANTED.on)

    with pytest.raises(Refusal, match="number of the minute"):
        service.decide(world.session, world.registrar(SOUTH), request, without, seen=None, at=NOW)
    for other in (world.registrar(NORTH), world.actor("advisor")):
        with pytest.raises(NotAllowed):
            service.decide(world.session, other, request, GRANTED, seen=None, at=NOW)


def test_by_delegation_another_advisor_decides_and_not_who_asked(world):
    waived = AskedException(kind=ExceptionKind.WAIVE, degree="north", requirement="practice", reason="Worked before.")
    request = asked(world, waived)
    plain = ExceptionDecision(granted=True, reason="", on=GRANTED.on)
    other = person(world.session, "other@north.example", ("advisor", NORTH), name="Juma Wanjala")
    second = service_actor(other)

    with pytest.raises(Refusal, match="You have taken an earlier step of this yourself"):
        service.decide(world.session, world.actor("advisor"), request, plain, seen=None, at=NOW)
    service.decide(world.session, second, request, plain, seen=None, at=NOW)

    assert (request.state, request.by) == (State.GRANTED, "Juma Wanjala")
    with pytest.raises(NotAllowed):
        service.enter(world.session, second, request, seen=None, at=NOW)
    service.enter(world.session, world.registrar(NORTH), request, seen=None, at=NOW)
    assert request.state == State.ENTERED


def service_actor(somebody):
    from dualdegree.accounts.service import actor_of

    return actor_of(somebody)


def test_the_registrar_who_recorded_the_decision_does_not_enter_it(world):
    request = asked(world)
    service.decide(world.session, world.registrar(SOUTH), request, GRANTED, seen=None, at=NOW)

    with pytest.raises(NeedsAnother, match="another person has to take this one"):
        service.enter(world.session, world.registrar(SOUTH), request, seen=None, at=NOW)

    assert request.state == State.GRANTED


def test_whoever_asked_enters_nothing_even_as_registrar(world):
    both = person(world.session, "both@south.example", ("advisor", SOUTH), ("registrar", SOUTH), name="Rui Costa")
    student = world.student(SHORT)
    student.enrolments[1].advisor_id = both.id
    world.session.flush()
    actor = service_actor(both)
    request = service.ask(world.session, actor, student, WAIVED, NOW)

    with pytest.raises(Refusal, match="another person has to take this one"):
        service.decide(world.session, actor, request, GRANTED, seen=None, at=NOW)
    service.decide(world.session, world.registrar(SOUTH), request, GRANTED, seen=None, at=NOW)
    with pytest.raises(Refusal, match="another person has to take this one"):
        service.enter(world.session, actor, request, seen=None, at=NOW)


def test_an_exception_is_decided_once(world):
    request = asked(world)
    service.decide(world.session, world.registrar(SOUTH), request, REFUSED, seen=None, at=NOW)

    with pytest.raises(Conflict, match="decided or withdrawn before"):
        service.decide(world.session, world.registrar(SOUTH), request, GRANTED, seen=None, at=NOW)


def test_a_page_that_is_out_of_date_decides_nothing(world):
    request = asked(world)

    with pytest.raises(Conflict, match="changed since you opened the page"):
        service.decide(world.session, world.registrar(SOUTH), request, GRANTED, seen=request.revision - 1, at=NOW)
    assert request.state == State.REQUESTED


def test_a_refusal_says_why(world):
    request = asked(world)
    silent = ExceptionDecision(granted=False, reason="", on=GRANTED.on, minute="12/2026")

    with pytest.raises(Refusal, match="Say why it is refused"):
        service.decide(world.session, world.registrar(SOUTH), request, silent, seen=None, at=NOW)


def test_a_decision_of_a_day_to_come_is_refused(world):
    request = asked(world)
    early = ExceptionDecision(granted=True, reason="", on=dt.date(2026, 12, 24), minute="12/2026")

    with pytest.raises(Refusal, match="has not come yet"):
        service.decide(world.session, world.registrar(SOUTH), request, early, seen=None, at=NOW)


def test_a_day_has_come_when_it_has_where_it_is_decided(world):
    request = asked(world)
    night = dt.datetime(2026, 11, 24, 1, tzinfo=dt.UTC)
    tomorrow = ExceptionDecision(granted=True, reason="", on=dt.date(2026, 11, 24), minute="12/2026")

    with pytest.raises(Refusal, match="has not come yet"):
        service.decide(world.session, world.registrar(SOUTH), request, tomorrow, seen=None, at=night)


def test_a_decision_of_a_day_before_it_was_asked_for_is_refused(world):
    request = asked(world)
    old = ExceptionDecision(granted=True, reason="", on=dt.date(2026, 11, 22), minute="12/2026")

    with pytest.raises(Refusal, match="the earliest day of this decision is 2026-11-23"):
        service.decide(world.session, world.registrar(SOUTH), request, old, seen=None, at=NOW)


def test_only_who_asked_withdraws_and_says_why(world):
    request = asked(world)

    with pytest.raises(Refusal, match="Only whoever asked"):
        service.withdraw(world.session, world.registrar(SOUTH), request, reason="x", seen=None, at=NOW)
    with pytest.raises(Refusal, match="Say why"):
        service.withdraw(world.session, world.actor("advisor"), request, reason=" ", seen=None, at=NOW)
    service.withdraw(world.session, world.actor("advisor"), request, reason="Passed it now.", seen=None, at=NOW)

    assert request.state == State.WITHDRAWN


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (
            AskedException(kind=ExceptionKind.WAIVE, degree="south", requirement="seminar", reason="x"),
            'Curriculum 2024, which binds this student, has no requirement "seminar"',
        ),
        (AskedException(kind=ExceptionKind.WAIVE, degree="west", requirement="root", reason="x"), 'in no degree "west"'),
        (
            AskedException(kind=ExceptionKind.SUBSTITUTE, degree="south", requirement="basic", item="nowhere/X/1/1", reason="x"),
            'no attempt or grant has the id "nowhere/X/1/1"',
        ),
        (
            AskedException(kind=ExceptionKind.SUBSTITUTE, degree="south", requirement="english", item="south.example/S4/2025-2/1", reason="x"),
            'no course serves "english" itself',
        ),
        (
            AskedException(kind=ExceptionKind.REDUCE, degree="south", requirement="optional", at_least=Decimal(12), reason="x"),
            "a reduction is below 12",
        ),
        (
            AskedException(kind=ExceptionKind.PIN, degree="south", requirement="basic", item="south.example/S3/2025-1/1", reason="x"),
            "add a substitute for it first",
        ),
    ],
)  # fmt: skip
def test_what_the_student_s_own_rules_do_not_know_is_refused(world, what, said):
    with pytest.raises(Refusal) as refused:
        asked(world, what)

    assert said in str(refused.value)
    assert world.session.scalar(sa.select(sa.func.count(ExceptionRequest.id))) == 0


def test_what_the_law_forbids_to_waive_is_refused_with_the_law(world):
    rigid = text("south/curriculum.yaml").replace(
        "{id: optional, kind: credits,", '{id: optional, kind: credits, waivable: false, clause: "Decree 8, art. 3",'
    )
    rigid = rigid.replace('version: "2024"', 'version: "2025"').replace('from: "2024-1"', 'from: "2025-1"')
    world.publish(SOUTH, rigid)
    world.changed("roster", SOUTH, "S202", "2024.1", "2025.1")

    with pytest.raises(Refusal, match=r"“Optional” can neither be waived, reduced nor substituted: Decree 8, art. 3"):
        asked(world)
    pinned = AskedException(
        kind=ExceptionKind.PIN, degree="south", requirement="optional", item="south.example/S3/2025-1/1", reason="Hers."
    )
    assert asked(world, pinned).state == State.REQUESTED


def test_a_university_whose_profile_is_silent_makes_no_exceptions(graduates):
    with pytest.raises(Refusal, match="does not say who decides on exceptions"):
        asked(graduates)


def test_the_effect_is_seen_before_and_nothing_of_it_is_stored(world):
    student = world.student(SHORT)
    effect = effects(world.session, dossier(world.session, student), WAIVED.as_core(), NOW)
    south = next(degree for degree in effect[Include.OFFICIAL].comparison.degrees if degree.id == "south")

    assert (south.before.met, south.after.met) == (False, True)
    assert (south.before.lack, south.after.lack) == (6, 0)
    assert effect[Include.OFFICIAL].proven
    assert world.session.scalar(sa.select(sa.func.count(AuditResult.id))) == 0


@pytest.mark.parametrize(
    "what",
    [
        WAIVED,
        REDUCED,
        AskedException(kind=ExceptionKind.SUBSTITUTE, degree="south", requirement="optional", item="south.example/S2/2025-1/1", reason="x"),
        AskedException(kind=ExceptionKind.PIN, degree="south", requirement="optional", item="south.example/S3/2025-1/1", reason="x"),
        AskedException(kind=ExceptionKind.EXCLUDE, degree="south", requirement="optional", item="south.example/S3/2025-1/1", reason="x"),
        AskedException(kind=ExceptionKind.EXCLUDE, degree="north", item="optimisation/1", reason="x"),
    ],
    ids=["waive", "reduce", "substitute", "pin", "exclude from a leaf", "exclude from the degree"],
)  # fmt: skip
def test_what_the_effect_shows_is_what_entering_brings(world, what):
    """Whatever the kind, the page that shows the effect and the audit that applies it say the same."""
    shown = effects(world.session, dossier(world.session, world.student(SHORT)), what.as_core(), NOW)
    audited(world, at=NOW)
    request = asked(world, what)
    registrar = world.registrar(request.institution_id)
    request.state, request.decided_on, request.body = State.GRANTED, GRANTED.on, {"en": "Committee"}
    world.session.flush()
    service.enter(world.session, registrar, request, seen=None, at=NOW)

    judged = audited(world)

    for degree in shown[Include.OFFICIAL].comparison.degrees:
        assert judged.answer.degrees[degree.id].met is degree.after.met
        assert judged.answer.degrees[degree.id].shortfall_ects == degree.after.lack


def test_every_step_is_told_to_both_institutions_with_its_reason(world):
    request = entered(world)
    acts = [(event.institution_id, event.act, event.reason) for event in history(world.session, request.subject)]

    assert sorted({act for _, act, _ in acts}) == ["exception asked for", "exception entered", "exception granted"]
    assert {institution for institution, _, _ in acts} == {NORTH, SOUTH}
    assert (SOUTH, "exception asked for", "Six months at a laboratory.") in acts


def test_a_student_who_comes_under_other_rules_keeps_the_exception_in_sight(world):
    request = entered(world)
    other = text("south/curriculum.yaml").replace("id: optional", "id: choice")
    other = other.replace('version: "2024"', 'version: "2025"').replace('from: "2024-1"', 'from: "2025-1"')
    world.publish(SOUTH, other)
    world.changed("roster", SOUTH, "S202", "2024.1", "2025.1")

    held = dossier(world.session, world.student(SHORT))

    assert held.case.exceptions == ()
    assert [(row.id, str(reason)) for row, reason in held.unfit] == [
        (request.id, 'no requirement of degree south has the id "optional"')
    ]
    assert not audited(world).both_met


def test_a_version_that_would_orphan_an_exception_names_it(world):
    entered(world)
    same = text("south/curriculum.yaml")
    renamed = same.replace("id: optional", "id: choice")
    rigid = same.replace("{id: optional, kind: credits,", "{id: optional, kind: credits, waivable: false,")

    assert orphans(world.session, same) == ()
    assert orphans(world.session, text("north/curriculum.yaml")) == ()
    (orphan,) = orphans(world.session, renamed)
    assert str(orphan.reason) == "The version has no requirement “optional”."
    assert "In this version “Optional” can neither be waived" in str(orphans(world.session, rigid)[0].reason)
    assert orphans(world.session, renamed, students=[world.student(ONE_SIDED).id]) == ()
    with pytest.raises(Conflict, match="Otieno"):
        refuse_orphans(world.session, renamed)


def test_a_version_that_would_orphan_an_exception_is_published_only_once_that_is_lifted(world):
    request, session = entered(world), world.session
    stranger = text("south/curriculum.yaml").replace("id: optional", "id: choice").replace('"2024"', '"2024b"', 1)
    world.take("curriculum", SOUTH, stranger)
    draft = next(version for version in curriculum_versions(session, ["double"]) if version.published_at is None)
    publishing.submit(session, world.registrar(SOUTH), draft, digest=draft.digest, at=LATER)
    other = second_registrar(session, SOUTH)

    with pytest.raises(Conflict, match="Otieno"), session.begin_nested():
        publish(session, other, draft, digest=draft.digest, at=LATER)
    assert draft.published_at is None

    service.lift(session, world.registrar(SOUTH), request, reason="A new version.", seen=None, at=LATER)
    publish(session, other, draft, digest=draft.digest, at=LATER)
    assert draft.published_at == LATER


def test_a_version_orphans_nothing_that_is_not_entered(world):
    asked(world)

    assert orphans(world.session, text("south/curriculum.yaml").replace("id: optional", "id: choice")) == ()


def test_what_can_no_longer_be_applied_is_not_entered(world):
    request = asked(world)
    service.decide(world.session, world.registrar(SOUTH), request, GRANTED, seen=None, at=NOW)
    other = text("south/curriculum.yaml").replace("id: optional", "id: choice")
    other = other.replace('version: "2024"', 'version: "2025"').replace('from: "2024-1"', 'from: "2025-1"')
    world.publish(SOUTH, other)
    world.changed("roster", SOUTH, "S202", "2024.1", "2025.1")

    with pytest.raises(Refusal, match=r'Curriculum 2025, .* has no requirement "optional"'):
        service.enter(world.session, second_registrar(world.session, SOUTH), request, seen=None, at=NOW)


def test_exceptions_of_many_cost_no_query_more(world, counted):
    from dualdegree.audit.dossiers import dossiers

    entered(world)
    ids = [world.student(number).id for number in (SHORT, READY)]
    world.session.expunge_all()
    with counted() as first:
        dossiers(world.session, ids[1:])
    world.session.expunge_all()
    with counted() as two:
        dossiers(world.session, ids)

    assert len(first) == len(two)


def test_a_check_stores_nothing(world):
    check(dossier(world.session, world.student(SHORT)), REDUCED.as_core())

    assert world.session.scalar(sa.select(sa.func.count(ExceptionRequest.id))) == 0


def test_exceptions_are_shown_from_the_dossiers_that_are_known(world, counted):
    request = asked(world)
    held = dossier(world.session, world.student(SHORT))

    with counted() as statements:
        (shown,) = show(world.session, [request], [held])
    assert str(shown.words) == "Waive “Optional”."
    assert [statement for statement in statements if "FROM attempt" in statement] == []


def test_that_there_are_no_exceptions_costs_no_statement(world, counted):
    with counted() as statements:
        assert show(world.session, []) == []

    assert statements == []
