"""What is kept of an audit: the revisions it rests on, when it is out of date, and what has moved it since."""

import datetime as dt

import pytest
import sqlalchemy as sa

from dualdegree.audit import service
from dualdegree.audit.currency import not_audited, out_of_date
from dualdegree.audit.dossiers import dossier, dossiers
from dualdegree.audit.models import AuditResult, LatestAudit
from dualdegree.audit.progress.since_last import story_of
from dualdegree.audit.service import Include, audit_of, audits
from dualdegree.core.audit.explain.explanation import explain
from dualdegree.programmes.models import Institution
from dualdegree.records.importing.people import links
from tests.graduates import ALSO_READY, COMING, LATER, ONE_SIDED, READY, SHORT, text
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH

MUCH_LATER = LATER + dt.timedelta(hours=1)


def audited(graduates, number=READY, include=Include.OFFICIAL, at=NOW):
    judged = audit_of(graduates.session, dossier(graduates.session, graduates.student(number)), include, at)
    graduates.session.flush()
    graduates.session.expire_all()
    return judged


def stale(graduates, institution=NORTH, include=Include.OFFICIAL):
    return graduates.session.scalars(out_of_date(institution, include)).all()


def kept(graduates, number=READY):
    query = sa.select(AuditResult).where(AuditResult.student_id == graduates.student(number).id)
    return graduates.session.scalars(query.order_by(AuditResult.id)).all()


def version_two(path, *changes):
    given = text(path).replace('version: "1"', 'version: "2"')
    for old, new in changes:
        assert old in given
        given = given.replace(old, new)
    return given


CHANGES = {
    "a grade": lambda world: world.changed("grades", NORTH, "N101,N2", ",78,", ",79,"),
    "a result": lambda world: world.changed("grades", SOUTH, "S201;S4", ";9,1;", ";2,0;"),
    "a milestone": lambda world: world.changed("milestones", NORTH, "N101", ",4,", ",5,"),
    "a name": lambda world: world.changed("roster", NORTH, "N101", "Lin,Mei", "Lin,Mei Mei"),
    "the agreement": lambda world: world.agreement(version_two("agreement.yaml", ('"18"', '"16"'))),
    "the equivalences": lambda world: world.other_equivalences(version_two("equivalences.yaml"), LATER),
    "a grade scale": lambda world: world.take(
        "institution", SOUTH, text("south/institution.yaml").replace("grade_scale: es-10", "grade_scale: cn-100")
    ),
}


def test_the_evidence_names_everything_that_was_judged(graduates):
    audited(graduates)
    evidence = kept(graduates)[0].evidence

    assert [enrolment["institution"] for enrolment in evidence["enrolments"]] == [NORTH, SOUTH]
    assert [(curriculum["curriculum"], curriculum["version"]) for curriculum in evidence["curricula"]] == [
        ("north-data", "2024"),
        ("south-data", "2024"),
    ]
    assert (evidence["agreement"]["version"], evidence["equivalences"]["version"]) == ("1", "1")
    assert evidence["include"] == ["passed"]
    assert sorted(evidence["digests"]) == ["exceptions", "milestones", "recognitions", "record"]
    assert all(len(digest) == 64 for digest in evidence["digests"].values())
    assert kept(graduates)[0].proven


@pytest.mark.parametrize("change", CHANGES)
def test_an_audit_is_out_of_date_as_soon_as_a_revision_differs(graduates, change):
    audited(graduates)
    assert stale(graduates) == []

    CHANGES[change](graduates)

    assert stale(graduates) == stale(graduates, SOUTH) == [graduates.student().id]
    audited(graduates, at=MUCH_LATER)
    assert stale(graduates) == []


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_the_case_makes_the_kept_audit_out_of_date(graduates, change):
    before = {number: audited(graduates, number).question.digest for number in (READY, COMING, ONE_SIDED, ALSO_READY)}
    CHANGES[change](graduates)
    outdated = stale(graduates)

    for number, digest in before.items():
        student = graduates.student(number)
        now = service.answers(graduates.session, [dossier(graduates.session, student)], Include.OFFICIAL, LATER)
        if now[student.id].question.digest != digest:
            assert student.id in outdated


def test_another_student_s_change_makes_nothing_out_of_date(graduates):
    audited(graduates)

    graduates.changed("grades", NORTH, "N102,N2", ",78,", ",79,")

    assert stale(graduates) == []


def test_an_answer_of_an_older_engine_is_out_of_date(graduates):
    audited(graduates)
    graduates.session.execute(sa.update(AuditResult).values(engine="0"))

    assert stale(graduates) == [graduates.student().id]


def test_each_kind_of_audit_is_out_of_date_by_itself(graduates):
    audited(graduates)
    audited(graduates, include=Include.PROJECTED)
    CHANGES["a grade"](graduates)
    audited(graduates, at=MUCH_LATER)

    assert stale(graduates) == []
    assert stale(graduates, include=Include.PROJECTED) == [graduates.student().id]


def test_whoever_is_bound_and_has_no_audit_is_named(graduates):
    session = graduates.session
    everybody = session.scalars(not_audited(NORTH, Include.OFFICIAL)).all()
    audited(graduates)

    assert session.scalars(not_audited(NORTH, Include.OFFICIAL)).all() == [
        student for student in everybody if student != graduates.student().id
    ]
    assert graduates.student(ONE_SIDED).id not in session.scalars(not_audited(SOUTH, Include.OFFICIAL)).all()


def test_asking_who_is_out_of_date_is_one_query_for_any_number(graduates, counted):
    session = graduates.session
    audits(
        session,
        dossiers(session, [graduates.student(number).id for number in (READY, SHORT, COMING)]).values(),
        Include.OFFICIAL,
        NOW,
    )

    with counted() as statements:
        stale(graduates)

    assert len([statement for statement in statements if statement.lstrip().startswith("SELECT")]) <= 1


def test_a_raised_revision_without_a_change_keeps_the_answer(graduates):
    audited(graduates)
    CHANGES["a name"](graduates)

    again = audited(graduates, at=MUCH_LATER)

    assert again.audited_at == NOW
    assert len(kept(graduates)) == 1
    assert story_of(graduates.session, again) is None


def test_the_first_audit_has_no_story(graduates):
    assert story_of(graduates.session, audited(graduates)) is None


def test_what_changed_since_names_the_change_and_the_act(graduates):
    audited(graduates)
    CHANGES["a result"](graduates)

    story = story_of(graduates.session, audited(graduates, at=MUCH_LATER))

    assert story.previous_at == NOW
    assert [str(change) for change in story.changes] == [
        "Vision (S4, 2025/2026 term 2): grade was 9.1 and is now 2.",
        "Vision (S4, 2025/2026 term 2): status was passed and is now failed.",
    ]
    assert [(deed.at, deed.institutions, str(deed.act)) for deed in story.deeds] == [
        (LATER, (SOUTH,), "Grades imported")
    ]


def test_what_changed_since_names_the_decision_that_moved_the_student(graduates):
    audited(graduates)
    table = graduates.equivalences(version_two("equivalences.yaml", ("id: algebra", "id: matrices")), LATER)
    graduates.move(table, READY)

    story = story_of(graduates.session, audited(graduates, at=MUCH_LATER))

    moved = [
        deed.institutions for deed in story.deeds if str(deed.act) == "Moved to another version of the equivalences"
    ]
    assert moved == [(NORTH, SOUTH)]


def test_a_new_agreement_is_told_as_what_changed(graduates):
    audited(graduates)
    CHANGES["the agreement"](graduates)

    story = story_of(graduates.session, audited(graduates, at=MUCH_LATER))

    assert [str(change) for change in story.changes] == ["The agreement has changed."]
    assert "Approved" in {str(deed.act) for deed in story.deeds}


def test_the_previous_answer_is_no_part_of_the_digest(graduates):
    first = audited(graduates)
    CHANGES["a grade"](graduates)
    second = audited(graduates, at=LATER)
    again = audited(graduates, at=MUCH_LATER)

    assert second.question.digest == again.question.digest != first.question.digest
    assert [row.previous_id for row in kept(graduates)] == [None, kept(graduates)[0].id]
    assert again.audited_at == LATER


def test_a_change_that_is_undone_brings_the_first_answer_back(graduates):
    first = audited(graduates)
    CHANGES["a result"](graduates)
    audited(graduates, at=LATER)
    graduates.changed("grades", SOUTH, "S201;S4", ";9,1;", ";9,1;", at=MUCH_LATER)

    back = audited(graduates, at=MUCH_LATER)

    assert (back.audited_at, back.answer) == (NOW, first.answer)
    assert len(kept(graduates)) == 2
    story = story_of(graduates.session, back)
    assert story.previous_at == LATER
    assert "grade was 2 and is now 9.1" in str(story.changes[0])


def test_what_moved_is_explained_from_the_previous_answer(graduates):
    """With N3 gone from the electives, nothing else moves: a course moves only when it must."""
    audited(graduates)
    graduates.changed("grades", NORTH, "N101,N3", ",90,", ",40,")

    judged = audited(graduates, at=MUCH_LATER)
    story = story_of(graduates.session, judged)

    assert explain(story.case, judged.answer).moved == ()
    assert not judged.met["north"]


def test_a_title_that_was_translated_is_kept_apart_from_the_facts(graduates):
    audited(graduates)

    assert "Vision" not in kept(graduates)[0].facts


def test_an_enrolment_that_joins_makes_the_audit_out_of_date(graduates):
    audited(graduates, ONE_SIDED)
    student = graduates.student(ONE_SIDED)
    row = text("south/roster.csv").splitlines()
    header, like = row[0], next(cell for cell in row if cell.startswith("S206;"))
    joining = like.replace(
        "S206;N106;;Ramos;Lia;12/12/2000;BR;Transferência", "S204;N104;;Muñoz;Inés;30/01/2002;ES;Direto"
    )
    graduates.take("roster", SOUTH, f"{header}\n{joining}\n", at=LATER)
    assert student.id not in stale(graduates), "nothing is joined before the partner has confirmed it"

    links.confirm_alike(graduates.session, graduates.registrar(NORTH), NORTH, LATER)

    student = graduates.student(ONE_SIDED)
    assert student.id in stale(graduates)
    assert set(audited(graduates, ONE_SIDED, at=LATER).met) == {"north", "south"}
    assert student.id not in stale(graduates)


def test_two_who_keep_the_same_answer_keep_it_once(graduates):
    session = graduates.session
    judged = service.answers(session, [dossier(session, graduates.student())], Include.OFFICIAL, NOW)

    service.keep(session, service.rows_of(judged.values()))
    service.keep(session, service.rows_of(judged.values()))

    assert len(kept(graduates)) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(LatestAudit)) == 1
    assert session.get(Institution, NORTH) is not None
