"""Two registrars sign off one state; whatever changes it voids both words by itself, and says what changed."""

import pytest
import sqlalchemy as sa

from dualdegree import events
from dualdegree.conferral import service
from dualdegree.conferral.content import NotJoint
from dualdegree.core.conferral.gate import Gate
from dualdegree.core.policy import NotAllowed, operator
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.messages.models import Notice
from dualdegree.programmes import service as programmes
from tests.graduates import ALSO_READY, COMING, LATER, ONE_SIDED, READY, SHORT, text
from tests.people import NOW, person
from tests.programmes.papers import NORTH, SOUTH


def sign(graduates, who, *, institution, digest=None, number=READY):
    digest = digest or graduates.standing(number).state.digest
    service.sign_off(graduates.session, who, graduates.student(number), institution=institution, digest=digest, at=NOW)


def withdraw(graduates, where=NORTH, reason="Signed for the wrong student", who=None):
    who = who or graduates.registrar(where)
    service.withdraw(graduates.session, who, graduates.student(), institution=where, reason=reason, at=LATER)


def acts(graduates, where):
    entries = events.history(graduates.session, graduates.student().subject)
    return [event.act for event in reversed(entries) if event.institution_id == where]


def test_the_gate_opens_with_the_second_signature(graduates):
    gates = [graduates.standing().gate]
    for where in (SOUTH, NORTH):
        graduates.sign(READY, where)
        gates.append(graduates.standing().gate)

    assert gates == [Gate.TO_BE_SIGNED, Gate.SIGNED_BY_ONE, Gate.OPEN]


def test_a_standing_says_for_whom_it_waits(graduates):
    assert graduates.standing().awaits == (NORTH, SOUTH)
    graduates.sign(READY, NORTH)
    assert graduates.standing().awaits == (SOUTH,)
    assert graduates.standing(SHORT).awaits == ()


def test_a_signature_bears_the_name_and_the_day(graduates):
    graduates.sign(READY, SOUTH)

    seen = graduates.standing().sign_offs[SOUTH]

    assert (seen.person, seen.sign_off.signed_at, seen.valid) == ("Caio Prado", NOW, True)
    assert seen.changes() == ()


def test_only_the_state_that_was_shown_can_be_signed(graduates):
    shown = graduates.standing().state.digest
    graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")

    with pytest.raises(Conflict, match="The record has changed since you opened the page"):
        sign(graduates, graduates.registrar(NORTH), institution=NORTH, digest=shown)

    assert graduates.standing().sign_offs == {}


@pytest.mark.parametrize("number", [SHORT, COMING])
def test_what_is_not_met_cannot_be_signed(graduates, number):
    with pytest.raises(Refusal, match="A degree is not met, so there is nothing to sign off"):
        sign(graduates, graduates.registrar(NORTH), institution=NORTH, number=number)


def test_nothing_joint_can_be_signed_for_a_student_of_one_university(graduates):
    with pytest.raises(NotJoint, match="Nothing joint can be signed"):
        sign(graduates, graduates.registrar(NORTH), institution=NORTH, number=ONE_SIDED)


def test_a_registrar_signs_for_the_own_institution_only(graduates):
    with pytest.raises(NotAllowed):
        sign(graduates, graduates.registrar(NORTH), institution=SOUTH)


def test_who_signed_for_one_institution_cannot_sign_for_the_other(graduates):
    both = person(graduates.session, "both@people.example", ("registrar", NORTH), ("registrar", SOUTH))
    actor = service.Actor(person_id=both.id, name="Both", email=both.email, roles=operator(NORTH, SOUTH).roles)
    sign(graduates, actor, institution=NORTH)

    with pytest.raises(Refusal, match="another person must sign for this one"):
        sign(graduates, actor, institution=SOUTH)

    assert graduates.standing().gate is Gate.SIGNED_BY_ONE


def test_a_sign_off_bears_a_person_s_name(graduates):
    with pytest.raises(Refusal, match="bears a person's name"):
        sign(graduates, operator(NORTH), institution=NORTH)


def test_signing_again_is_harmless(graduates):
    graduates.sign(READY, NORTH)
    graduates.sign(READY, NORTH)

    assert acts(graduates, NORTH) == ["signed off"]


def test_both_universities_histories_tell_of_each_word(graduates):
    graduates.sign(READY, NORTH)
    withdraw(graduates)

    assert acts(graduates, NORTH) == acts(graduates, SOUTH) == ["signed off", "sign-off withdrawn"]
    last = events.history(graduates.session, graduates.student().subject)[0]
    assert last.reason == "Signed for the wrong student"
    assert last.actor == graduates.registrar(NORTH).reference
    assert not list(events.broken_links(graduates.session, SOUTH))


def test_a_withdrawn_sign_off_shuts_the_gate_until_it_is_given_again(graduates):
    graduates.sign()
    withdraw(graduates, SOUTH)
    assert graduates.standing().gate is Gate.SIGNED_BY_ONE

    graduates.sign(READY, SOUTH)
    assert graduates.standing().gate is Gate.OPEN


def test_withdrawing_needs_a_reason_and_something_to_withdraw(graduates):
    with pytest.raises(Conflict, match="There is no sign-off to withdraw"):
        withdraw(graduates)
    graduates.sign(READY, NORTH)
    with pytest.raises(Refusal, match="Say why the sign-off is withdrawn"):
        withdraw(graduates, reason=" ")
    with pytest.raises(NotAllowed):
        withdraw(graduates, NORTH, who=graduates.registrar(SOUTH))
    withdraw(graduates)
    with pytest.raises(Conflict):
        withdraw(graduates)


def retitled(graduates):
    """North publishes the same rules with another title for a course, for those admitted later; Mei was."""
    later = text("north/curriculum.yaml").replace('version: "2024"', 'version: "2025"')
    graduates.publish(
        NORTH, later.replace('from: "2024-1"', 'from: "2024-2"').replace("en: Graphs", "en: Graph theory")
    )
    graduates.changed("roster", NORTH, "N101", "2024-1", "2024-2")


def other_office(graduates):
    renamed = text("south/institution.yaml").replace("en: Student Office", "en: Academic Office")
    graduates.take("institution", SOUTH, renamed, at=LATER)


VOIDING = {
    "a grade": (
        lambda world: world.changed("grades", NORTH, "N101,N2", ",78,", ",79,"),
        ["Statistics (N2, 2024/2025 term 1): grade was 78 and is now 79."],
    ),
    "a failed subject": (
        lambda world: world.changed("grades", SOUTH, "S201;S4", ";9,1;", ";4,9;"),
        [
            "Vision (S4, 2025/2026 term 2): status was passed and is now failed.",
            "Vision (S4, 2025/2026 term 2): grade was 9.1 and is now 4.9.",
        ],
    ),
    "a milestone": (
        lambda world: world.changed("milestones", NORTH, "N101", ",4,", ",5,"),
        ["The milestone practice_months: value was 4 and is now 5."],
    ),
    "a name": (
        lambda world: [
            world.changed("roster", NORTH, "N101", "Mei,", "Meili,"),
            world.changed("roster", SOUTH, "S201", ";Mei;", ";Meili;"),
        ],
        ["The holder: given names was Mei and is now Meili."],
    ),
    "a student number's register": (
        lambda world: world.changed("roster", NORTH, "N101", "林梅", "林玫"),
        ["The holder: Chinese name was 林梅 and is now 林玫."],
    ),
    "the equivalences": (
        lambda world: world.other_equivalences(
            text("equivalences.yaml").replace('version: "1"', 'version: "2"').replace("id: algebra", "id: matrices"),
            LATER,
        ),
        [
            "The recognition of Matrices as Algebra is no longer there.",
            "The recognition of Matrices as Algebra is new.",
        ],
    ),
    "the agreement": (
        lambda world: world.agreement(
            text("agreement.yaml").replace('version: "1"', 'version: "2"').replace('at_most: "18"', 'at_most: "16"')
        ),
        ["The agreement has changed."],
    ),
    "a course's title": (
        retitled,
        [
            "Graph theory (N3, 2024/2025 term 2): title has changed.",
            "The degree of Northlake University: admission term was 2024/2025 term 1 and is now 2024/2025 term 2.",
            "The degree of Northlake University: curriculum version was 2024 and is now 2025.",
        ],
    ),
    "an office": (other_office, ["What the transcript prints of an institution has changed."]),
}


@pytest.mark.parametrize("change", VOIDING)
def test_whatever_changes_the_state_voids_both_words_and_is_told(graduates, change):
    act, sentences = VOIDING[change]
    graduates.sign()
    signed = graduates.standing().state.digest

    act(graduates)
    now = graduates.standing(at=LATER)

    assert now.state.digest != signed
    assert now.gate in {Gate.TO_BE_SIGNED, Gate.NOT_MET}
    assert [seen.valid for seen in now.sign_offs.values()] == [False, False]
    for seen in now.sign_offs.values():
        for sentence in sentences:
            assert sentence in [str(change) for change in seen.changes()]


def test_one_change_is_told_once(graduates):
    graduates.sign()
    graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")

    seen = graduates.standing(at=LATER).sign_offs[NORTH]

    assert [str(change) for change in seen.changes()] == [
        "Statistics (N2, 2024/2025 term 1): grade was 78 and is now 79."
    ]


def test_what_concerns_another_student_voids_nothing(graduates):
    graduates.sign()
    graduates.changed("grades", NORTH, "N106,N2", ",78,", ",79,")

    assert graduates.standing(at=LATER).gate is Gate.OPEN


def test_a_change_that_is_undone_is_the_state_that_was_signed(graduates):
    graduates.sign()
    graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")
    graduates.changed("grades", NORTH, "N101,N2", ",78,", ",78,")

    assert graduates.standing(at=LATER).gate is Gate.OPEN


def test_a_voided_state_can_be_signed_anew(graduates):
    graduates.sign()
    graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")
    graduates.sign(at=LATER)

    now = graduates.standing(at=LATER)

    assert now.gate is Gate.OPEN
    assert [seen.sign_off.signed_at for seen in now.sign_offs.values()] == [LATER, LATER]


def test_without_an_agreement_in_force_nothing_joint_can_be_printed(graduates):
    version = programmes.agreement_in_force(graduates.session, "double")
    version.in_force_from = None
    graduates.session.flush()

    state = graduates.standing().state

    assert state.content is None
    assert "an agreement in force" in str(state.because)


def test_standings_stand_in_the_order_of_the_students(graduates):
    ids = service.students_of(graduates.session, NORTH)

    assert list(service.standings(graduates.session, reversed(ids), NOW)) == list(ids)
    assert len(service.students_of(graduates.session, SOUTH)) == 5


def test_ten_standings_cost_as_many_queries_as_one(graduates, counted):
    graduates.more(8)
    graduates.sign()
    graduates.sign(ALSO_READY, NORTH)
    session = graduates.session
    ids = service.students_of(session, SOUTH)
    service.standings(session, ids, NOW)

    costs = []
    for some in (ids[:1], ids[:10]):
        session.expunge_all()
        with counted() as statements:
            service.standings(session, some, NOW)
        costs.append(len(statements))

    assert costs[0] == costs[1]
    assert costs[0] <= 22


def test_who_has_yet_to_sign_reads_whose_record_it_is(graduates):
    graduates.sign(READY, NORTH)

    notice = graduates.session.scalar(sa.select(Notice).where(Notice.about == graduates.student().subject))

    assert "Lin, Mei" in str(notice.body)
    assert "its page says whether yours is missing" in str(notice.body)
