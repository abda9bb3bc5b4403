"""Two students become one and lose nothing; a link that was wrong is undone, and each has all that was theirs."""

import datetime as dt

import pytest
import sqlalchemy as sa

from dualdegree import separation, stakes
from dualdegree.accounts.models import Person
from dualdegree.accounts.service import actor_of
from dualdegree.audit.exceptions import separating as exceptions
from dualdegree.audit.models import ExceptionRequest, SavedPlan
from dualdegree.core.policy import NotAllowed, Permission, may
from dualdegree.core.refusal import Conflict, NeedsAnother, Refusal
from dualdegree.core.text import Message
from dualdegree.db import Base
from dualdegree.events import Event
from dualdegree.messages.models import Notice
from dualdegree.records.importing.people import likely, links
from dualdegree.records.links import undoing
from dualdegree.records.models import Enrolment, LinkProposal, MilestoneHeld, RegisteredAttempt, Student
from dualdegree.records.service import student_numbered, students_of
from dualdegree.requests.models import LearningAgreement, RecognitionRequest
from dualdegree.requests.workflow import separating as requests
from dualdegree.stakes import DocumentInForce, Stake, Unconfirmed
from tests import keeping, people
from tests.conftest import NOW
from tests.programmes.papers import NORTH, SOUTH
from tests.records.registers import CHEN_IN_NORTH, CHEN_IN_SOUTH, NORTH_ROSTER, SOUTH_ROSTER, Registers

LATER = NOW + dt.timedelta(days=1)
BELONGINGS = (ExceptionRequest, SavedPlan, RecognitionRequest)


class TwoStudents(Registers):
    """Chen in either register, not linked, each with an account, attempts, a milestone, a plan, papers."""

    def __init__(self, session):
        super().__init__(session)
        self.take("roster", NORTH, NORTH_ROSTER + CHEN_IN_NORTH)
        self.take("roster", SOUTH, SOUTH_ROSTER + CHEN_IN_SOUTH.replace("N100", ""))
        self.north_grades("N100,陈㛃,N1,矩阵,Matrices,3,48,88,20241,")
        self.south_grades("S100;Chen;Jie;S1;Análisis;6,0;2024/25;1;8,0;NT;")
        for where, number in ((NORTH, "N100"), (SOUTH, "S100")):
            side = session.scalars(sa.select(Enrolment).where(Enrolment.number == number)).one()
            session.add(MilestoneHeld(enrolment_id=side.id, institution_id=where, milestone="b2"))
            self.with_belongings(side, where)
        session.flush()

    def with_belongings(self, side, where):
        session, other = self.session, NORTH if where == SOUTH else SOUTH
        account = people.person(session, f"{side.number}@x.example", ("student", where))
        side.student.person_id = account.id
        of_student = {"student_id": side.student_id, "institution_id": where}
        session.add(SavedPlan(**of_student, person_id=account.id, name="Mine", content={}, shared=True, saved_at=NOW))
        session.add(
            ExceptionRequest(
                **of_student,
                degree=where,
                kind="waive",
                requirement="root",
                reason=f"of {where}",
                state="requested",
                asked_by=account.id,
                asked_at=NOW,
            )
        )
        session.add(
            RecognitionRequest(
                **of_student,
                partner_id=other,
                degree=where,
                kind="study",
                sources=[],
                targets=[],
                target_key="",
                outside=[{"title": "A course elsewhere", "credits": "3"}],
                words="",
                mobility="",
                state="submitted",
                since=NOW,
                submitted_at=NOW,
                asked_by=account.id,
                granted=[],
                originals=[],
                working=[],
                grading_tables=[],
            )
        )


@pytest.fixture
def registers(backend, session):
    separation.register("exceptions", exceptions.between)
    separation.register("requests", requests.between, requests.settle)
    return keeping.again(backend, "two_students", session, TwoStudents)


def linked(registers):
    """One student of the two, by the partner's confirmation."""
    proposal = registers.session.scalars(sa.select(LinkProposal)).one()
    return links.confirm_link(registers.session, registers.actor(SOUTH), proposal, NOW)


def _registrar(session, where):
    return actor_of(people.person(session, f"registrar@{where}", ("registrar", where)))


def propose(registers, student, *, where=NORTH, reason="Cousins of one name.", account=None, digest=None):
    touched = undoing.at_stake(registers.session, student)
    return undoing.propose(
        registers.session,
        people_of(registers)[where],
        student,
        institution=where,
        reason=reason,
        account_of=account or student.enrolments[0].id,
        digest=touched.digest if digest is None else digest,
        at=NOW,
    )


def confirm(registers, row, *, where=SOUTH):
    digest = undoing.at_stake(registers.session, row.student).digest
    return undoing.confirm(
        registers.session, people_of(registers)[where], row, seen=row.revision, digest=digest, at=LATER
    )


def people_of(registers):
    if not hasattr(registers, "registrars"):
        registers.registrars = {where: _registrar(registers.session, where) for where in (NORTH, SOUTH)}
    return registers.registrars


def belongings(registers, student):
    """What there is of each kind, by the institutions that it belongs to."""
    session = registers.session
    sides = [side.id for side in student.enrolments]
    held = {
        kind.__tablename__: sorted(
            session.scalars(sa.select(kind.institution_id).where(kind.enrolment_id.in_(sides)).order_by(kind.id))
        )
        for kind in (RegisteredAttempt, MilestoneHeld)
    }
    return held | {
        kind.__tablename__: sorted(
            session.scalars(sa.select(kind.institution_id).where(kind.student_id == student.id).order_by(kind.id))
        )
        for kind in BELONGINGS
    }


EVERYTHING = ("attempt", "milestone_held", "exception_request", "saved_plan", "recognition_request")


def acts(registers, institution):
    query = sa.select(Event.act).where(Event.institution_id == institution).order_by(Event.number)
    return [act for act in registers.session.scalars(query) if "link" in act]


def test_a_merge_keeps_every_attempt_milestone_plan_request_and_exception_of_both(registers):
    before = {table.name: _count(registers, table) for table in Base.metadata.sorted_tables}

    student = linked(registers)

    assert belongings(registers, student) == {kind: [NORTH, SOUTH] for kind in EVERYTHING}
    after = {table.name: _count(registers, table) for table in Base.metadata.sorted_tables}
    assert {name for name in before if after[name] < before[name]} <= {"search_word"}


def _count(registers, table):
    return registers.session.scalar(sa.select(sa.func.count()).select_from(table))


def test_of_two_accounts_the_older_opens_the_record_and_the_other_is_remembered_and_told(registers):
    someone = people.person(registers.session, "r@south", ("registrar", NORTH))

    student = linked(registers)

    account = registers.session.get_one(Person, student.person_id)
    assert account.email == "N100@x.example"
    notices = registers.session.scalars(sa.select(Notice).where(Notice.person_id == someone.id)).all()
    assert any("S100@x.example" in str(notice.body) for notice in notices)


def test_an_undone_link_gives_each_its_own_back(registers):
    student = linked(registers)

    first, second = confirm(registers, propose(registers, student))

    assert [side.number for side in first.enrolments] == ["N100"]
    assert [side.number for side in second.enrolments] == ["S100"]
    assert belongings(registers, first) == {kind: [NORTH] for kind in EVERYTHING}
    assert belongings(registers, second) == {kind: [SOUTH] for kind in EVERYTHING}
    accounts = [registers.session.get_one(Person, each.person_id).email for each in (first, second)]
    assert accounts == ["N100@x.example", "S100@x.example"]
    assert not may(registers.actor(NORTH), Permission.SEE_RECORD, second.policy_subject())
    assert acts(registers, NORTH)[-2:] == ["link undone", "link undone"]
    assert acts(registers, NORTH) == acts(registers, SOUTH)


def test_each_is_found_by_its_own_words_again(registers):
    student = linked(registers)
    registers.take("roster", SOUTH, SOUTH_ROSTER + CHEN_IN_SOUTH.replace("Chen", "CHEN").replace("陈㛃", "陈洁"))

    confirm(registers, propose(registers, student))

    assert registers.session.scalars(students_of(NORTH, words="陈洁")).all() == []
    assert student_numbered(registers.session, "S100").han_name == "陈洁"


def test_the_account_goes_to_whose_it_is_said_to_be(registers):
    student = linked(registers)

    first, second = confirm(registers, propose(registers, student, account=student.enrolments[1].id))

    assert first.person_id is None
    assert registers.session.get_one(Person, second.person_id).email == "N100@x.example"


def test_an_undone_link_is_joined_by_no_later_roster_until_somebody_looks_again(registers):
    student = linked(registers)
    confirm(registers, propose(registers, student))

    preview = registers.take("roster", NORTH, NORTH_ROSTER + CHEN_IN_NORTH)
    registers.take("roster", SOUTH, SOUTH_ROSTER + CHEN_IN_SOUTH)

    assert [str(row.reason)[:38] for row in preview.remarks] == ["The link with this number was undone: i"[:38]]
    assert student_numbered(registers.session, "N100").id != student_numbered(registers.session, "S100").id
    assert likely.likely_matches(registers.session, SOUTH) == ()
    (aside,) = registers.session.scalars(likely.dismissed(SOUTH)).all()
    likely.reopen_match(registers.session, registers.actor(SOUTH), aside, LATER)
    assert [match.own.number for match in likely.likely_matches(registers.session, SOUTH)] == ["S100"]


def test_what_rests_on_the_other_persons_work_is_named_first_and_ends(registers):
    student = linked(registers)
    asked = registers.session.scalars(
        sa.select(RecognitionRequest).where(RecognitionRequest.institution_id == SOUTH)
    ).one()
    asked.sources = [f"{NORTH}/N1/2024-1/1"]
    stay = LearningAgreement(
        student_id=student.id, institution_id=SOUTH, partner_id=NORTH, degree="south", stay="2026-1", number=1, studied=[],
        recognised=[], words="", digest="0" * 64, state="in_force", since=NOW, written_by=asked.asked_by, written_at=NOW,
    )  # fmt: skip
    registers.session.add(stay)
    registers.session.flush()

    named = [str(entry.what).split()[0] for entry in undoing.at_stake(registers.session, student).between]
    confirm(registers, propose(registers, student))

    assert named == ["Exception", "Exception", "Plan", "Plan", "Recognition", "Learning"]
    assert (asked.state, stay.state) == ("withdrawn", "withdrawn")
    assert "request withdrawn" in [
        event.act for event in registers.session.scalars(sa.select(Event).where(Event.subject == asked.subject))
    ]


def test_while_a_document_is_in_force_a_link_is_not_undone(registers, monkeypatch):
    student = linked(registers)
    paper = Stake(student=student.id, name={}, key="d", what=Message("Document"), in_force=True)
    monkeypatch.setitem(stakes._FINDERS, "documents", lambda _session, _students: [paper])

    with pytest.raises(DocumentInForce, match="Revoke it first"):
        propose(registers, student)


def test_it_takes_a_reason_the_list_that_was_read_the_partner_and_another_person(registers):
    student = linked(registers)

    with pytest.raises(Refusal, match="Say why the link is wrong"):
        propose(registers, student, reason=" ")
    with pytest.raises(Unconfirmed):
        propose(registers, student, digest="another")
    row = propose(registers, student)
    with pytest.raises(Conflict, match="proposed already"):
        propose(registers, student, where=SOUTH)
    with pytest.raises(NotAllowed):
        confirm(registers, row, where=NORTH)
    row.proposed_by = people_of(registers)[SOUTH].person_id
    registers.session.flush()
    with pytest.raises(NeedsAnother):
        confirm(registers, row)


def test_a_refused_or_withdrawn_proposal_changes_nothing_and_is_decided_once(registers):
    student = linked(registers)
    session, actors = registers.session, people_of(registers)

    row = propose(registers, student)
    undoing.refuse(session, actors[SOUTH], row, reason="One person.", seen=row.revision, at=LATER)
    with pytest.raises(Conflict):
        confirm(registers, row)
    again = propose(registers, student)
    undoing.withdraw(session, actors[NORTH], again, seen=again.revision, at=LATER)

    assert [side.number for side in student.enrolments] == ["N100", "S100"]
    assert acts(registers, SOUTH)[-4:] == [
        "undoing of a link proposed",
        "undoing of a link refused",
        "undoing of a link proposed",
        "undoing of a link withdrawn",
    ]


def test_students_whom_rosters_made_one_at_once_part_as_well(registers):
    registers.take("roster", NORTH, NORTH_ROSTER + CHEN_IN_NORTH.replace("100", "300"))
    registers.take("roster", SOUTH, SOUTH_ROSTER + CHEN_IN_SOUTH.replace("100", "300"))
    student = student_numbered(registers.session, "N300")
    assert len(student.enrolments) == 2

    first, second = confirm(registers, propose(registers, student))

    assert [[side.number for side in each.enrolments] for each in (first, second)] == [["N300"], ["S300"]]
    assert isinstance(second, Student)
    assert second.family_name == "Chen"
