"""Who hears of what happens: those who must act, whoever asked, and the student, each with a page that they may open."""

import datetime as dt

import pytest
import sqlalchemy as sa

from dualdegree.accounts.models import Person
from dualdegree.audit.exceptions import service as exceptions
from dualdegree.audit.exceptions.rules import AskedException
from dualdegree.audit.models import ExceptionRequest
from dualdegree.conferral import service as conferral
from dualdegree.conferral import voiding
from dualdegree.core.audit.facts import ExceptionKind
from dualdegree.db import db
from dualdegree.jobs.models import Job
from dualdegree.messages.models import Notice
from dualdegree.programmes import service as programmes
from dualdegree.programmes.curricula import publishing
from dualdegree.programmes.models import CurriculumVersion
from dualdegree.records.moving import CurriculumMove, move
from dualdegree.transcript import service as transcripts
from tests.graduates import LATER, READY, text
from tests.people import NOW
from tests.programmes.papers import NORTH, SOUTH
from tests.publishing import NOBODY_ELSE, second_registrar

NAMES = {NOBODY_ELSE.format(NORTH): "second of north", NOBODY_ELSE.format(SOUTH): "second of south"}
GRANTED = exceptions.ExceptionDecision(granted=True, reason="", on=NOW.date(), minute="7")


@pytest.fixture
def heard(graduates):
    """Who heard of what since this was last asked: {name: subjects}; what came before the test is forgotten."""
    seen = {"last": graduates.session.scalar(sa.select(sa.func.max(Notice.id))) or 0}

    for person in (NORTH, SOUTH):
        second_registrar(graduates.session, person)

    def since():
        rows = graduates.session.execute(
            sa.select(Notice, Person.email).join(Person, Person.id == Notice.person_id).where(Notice.id > seen["last"])
        ).all()
        about = {}
        for notice, email in rows:
            seen["last"] = max(seen["last"], notice.id)
            about.setdefault(NAMES.get(email) or email.partition("@")[0], []).append(str(notice.title))
        return about

    return since


def all_of(subjects, *who):
    return {name: list(subjects) for name in who}


def asked(graduates):
    """An exception for Mei that a body at south decides on."""
    rules = "exceptions: {decided_by: body, body: {en: Academic committee}}\n"
    graduates.take("institution", SOUTH, text("south/institution.yaml") + rules)
    wanted = AskedException(kind=ExceptionKind.WAIVE, degree="south", requirement="optional", reason="Ill.")
    return exceptions.ask(graduates.session, graduates.actor("advisor"), graduates.student(), wanted, NOW)


MOVE = "A move of students to other equivalences awaits the other institution's decision"
MOVED = "Another version of the equivalences applies"
AWAITS = "A version of the agreement awaits your institution's approval"


def test_a_proposed_text_calls_both_registrars_but_who_proposed_it_and_the_last_yes_tells_all(graduates, heard):
    given = text("agreement.yaml").replace('version: "1"', 'version: "2"')
    graduates.take("agreement", NORTH, given)
    assert heard() == all_of([AWAITS], "south", "second of north", "second of south")

    graduates.approve(programmes.agreements(graduates.session, NORTH)[0], LATER)

    in_force = ["A version of the agreement is in force"]
    assert heard() == all_of(in_force, "north", "advisor", "second of north", "second of south")


def test_another_text_under_the_same_version_calls_them_again(graduates, heard):
    given = text("agreement.yaml").replace('version: "1"', 'version: "2"')
    graduates.take("agreement", NORTH, given)
    graduates.take("agreement", NORTH, given)
    graduates.take("agreement", NORTH, given + "# mended\n")

    assert heard()["south"] == [AWAITS, AWAITS]


def test_a_submitted_curriculum_calls_the_other_registrar_and_comes_back_to_its_author(graduates, heard):
    session, other = graduates.session, second_registrar(graduates.session, NORTH)
    graduates.take("curriculum", NORTH, text("north/curriculum.yaml").replace('version: "2024"', 'version: "2025"'))
    draft = session.scalars(sa.select(CurriculumVersion).where(CurriculumVersion.published_at.is_(None))).one()

    publishing.submit(session, graduates.actor("north"), draft, digest=draft.digest, at=NOW)
    assert heard() == {"second of north": ["A version of your curriculum awaits its publication"]}
    publishing.send_back(session, other, draft, digest=draft.digest, at=NOW, reason="A course is missing.")

    assert heard() == {"north": ["A version of your curriculum was sent back"]}


def test_an_exception_calls_whoever_decides_and_enters_and_tells_asker_and_student(graduates, heard):
    session, second = graduates.session, second_registrar(graduates.session, SOUTH)

    request = asked(graduates)
    first = heard()
    exceptions.decide(session, graduates.actor("south"), request, GRANTED, seen=None, at=NOW)
    decided = heard()
    exceptions.enter(session, second, request, seen=None, at=NOW)

    assert first == all_of(["An exception awaits a decision"], "mei", "south", "second of south")
    granted = ["An exception was granted and awaits its entry"]
    assert decided == all_of(granted, "mei", "advisor", "second of south")
    assert heard() == all_of(["An exception was entered"], "mei", "advisor")


def test_a_sign_off_calls_the_other_institution_and_its_withdrawal_tells_the_student_too(graduates, heard):
    graduates.sign(READY, NORTH)
    assert heard() == all_of(
        ["Northlake University has signed off the record of Lin, Mei · 林梅"], "south", "second of south"
    )
    graduates.sign(READY, SOUTH)
    assert heard() == {}

    conferral.withdraw(
        graduates.session, graduates.actor("south"), graduates.student(), institution=SOUTH, reason="Wrong.", at=NOW
    )

    heard_of = ["A sign-off was withdrawn"]
    assert heard() == all_of(heard_of, "mei", "north", "second of north", "second of south")


def test_student_and_registrars_hear_of_a_document_that_is_issued_and_revoked(graduates, heard):
    graduates.sign()
    heard()

    issued = graduates.issue()
    first = heard()
    transcripts.revoke(graduates.session, graduates.actor("south"), issued, "Wrong name.", NOW)

    seconds = ("second of north", "second of south")
    assert first == all_of([f"The official transcript {issued.serial} is issued"], "mei", "south", *seconds)
    assert heard() == all_of([f"The document {issued.serial} is revoked"], "mei", "north", *seconds)


def test_a_student_who_is_moved_to_another_version_hears_of_it(graduates, heard):
    session = graduates.session
    changed = text("north/curriculum.yaml").replace('version: "2024"', 'version: "2025"')
    graduates.publish(NORTH, changed.replace('from: "2024-1"', 'from: "2025-1"'))
    heard()
    enrolment = next(person for person in graduates.student().enrolments if person.institution_id == NORTH)
    version = session.scalars(sa.select(CurriculumVersion).where(CurriculumVersion.version == "2025")).one()

    to = CurriculumMove(version=version, reason="Asked for it.", minute="12", revision=enrolment.revision)
    move(session, graduates.actor("north"), enrolment, to, NOW)

    assert heard() == all_of(["Another version of the curriculum applies"], "mei", "advisor")


def test_students_whom_both_institutions_move_to_other_equivalences_hear_of_it_with_their_advisors(graduates, heard):
    table = graduates.equivalences(text("equivalences.yaml").replace('version: "1"', 'version: "2"'), LATER)
    heard()

    move = graduates.propose(table, READY)
    offices = heard()
    graduates.confirm(move)

    assert offices == all_of([MOVE], "north", "second of north", "second of south")
    after = heard()
    assert {who: after[who] for who in ("mei", "advisor")} == all_of([MOVED], "mei", "advisor")
    assert {who for who, words in after.items() if words == ["Students were moved to other equivalences"]} == {
        "south",
        "second of north",
        "second of south",
    }


def void(graduates):
    """Do the jobs that look for sign-offs that are void; how many of the students were told of."""
    query = sa.select(Job.arguments).where(Job.task == voiding.NAME).order_by(Job.id)
    about = [
        voiding.look(arguments, LATER, lambda _: True)(graduates.session)["void"]
        for arguments in graduates.session.scalars(query)
    ]
    graduates.session.execute(sa.delete(Job))
    return about


def test_a_changed_grade_tells_both_registrars_and_the_student_once_that_the_sign_off_is_void(graduates, heard):
    graduates.sign()
    heard()
    graduates.changed("grades", NORTH, "N101,N2", ",78,", ",79,")
    assert void(graduates) == [1]
    first = heard()
    graduates.changed("grades", NORTH, "N101,N2", ",78,", ",77,")

    assert void(graduates) == [1]

    everybody = ("mei", "north", "south", "second of north", "second of south")
    assert (first, heard()) == (all_of(["A sign-off is void"], *everybody), {})


def test_nobody_is_told_of_a_sign_off_that_still_holds(graduates, heard):
    graduates.sign()
    heard()
    graduates.take("institution", NORTH, text("north/institution.yaml") + "# another word\n")

    assert void(graduates) == [0]
    assert heard() == {}


def test_a_change_of_a_student_who_is_not_signed_off_is_not_looked_at(graduates):
    graduates.sign()
    graduates.changed("grades", NORTH, "N106,N2", ",78,", ",79,")

    assert void(graduates) == []


def test_every_link_opens_for_whoever_was_told(offices):
    with offices.graduates() as graduates:
        asked(graduates)
        request = graduates.session.scalars(sa.select(ExceptionRequest)).one()
        exceptions.decide(graduates.session, graduates.actor("south"), request, GRANTED, seen=None, at=NOW)
        graduates.sign()
        issued = graduates.issue()
        conferral.withdraw(
            graduates.session, graduates.actor("south"), graduates.student(), institution=SOUTH, reason="W.", at=NOW
        )
        transcripts.revoke(graduates.session, graduates.actor("south"), issued, "Wrong.", NOW + dt.timedelta(hours=1))
        graduates.take("agreement", NORTH, text("agreement.yaml").replace('version: "1"', 'version: "2"'))
        graduates.take("curriculum", NORTH, text("north/curriculum.yaml").replace('version: "2024"', 'version: "2025"'))
    with offices.app.app_context():
        query = sa.select(Person.email, Notice.link).join(Notice, Notice.person_id == Person.id).distinct()
        known = query.where(Person.email.not_like("second-registrar@%"))
        heard_of = [tuple(row) for row in db.session.execute(known.order_by(Person.email, Notice.link))]

    wrong = [
        (email, link)
        for email, link in heard_of
        if offices.reader(email.partition("@")[0]).get(link).status_code != 200
    ]

    assert len(heard_of) >= 10
    assert wrong == []
