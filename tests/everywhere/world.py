"""Which small world do the walkers walk? The graduates of two universities, and everybody who could ask about them.

A new page whose address has values needs a line in ``ADDRESSES``; what it is about needs to be in ``World``.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.accounts import service as accounts
from dualdegree.accounts.models import Person
from dualdegree.audit.cohorts.models import CohortRun
from dualdegree.audit.models import ExceptionRequest, SavedPlan
from dualdegree.conferral.degrees.hearings import notify
from dualdegree.conferral.sessions import service as sessions
from dualdegree.conferral.sessions.service import SessionWanted
from dualdegree.core.conferral.sessions import EntryWanted, SessionResult
from dualdegree.core.policy import operator
from dualdegree.core.text import Message
from dualdegree.jobs import service as jobs
from dualdegree.messages.models import Notice
from dualdegree.messages.service import of_person
from dualdegree.programmes import service as programmes
from dualdegree.programmes.informing import News, inform
from dualdegree.programmes.models import Institution
from dualdegree.recognition import service as recognition
from dualdegree.recognition.evidence import service as evidence
from dualdegree.recognition.evidence.folder import store
from dualdegree.recognition.evidence.service import Handed
from dualdegree.recognition.grading_tables.service import grade_tables
from dualdegree.recognition.models import EquivalenceVersion, GivenEquivalences
from dualdegree.recognition.moves.models import EquivalenceMove, MovedStudent
from dualdegree.records import importing
from dualdegree.records.models import Enrolment, ImportBatch, LinkProposal, LinkUndoing, Student
from dualdegree.records.standing import holds
from dualdegree.requests.models import LearningAgreement, RecognitionRequest
from dualdegree.titles.catalogue import titles_of
from dualdegree.titles.models import TitleForm
from dualdegree.training.certificates.models import CertificateDecision, LanguageCertificate
from dualdegree.training.mentors.inviting import invite
from dualdegree.training.mentors.models import MentorKind
from dualdegree.training.mentors.service import MentorFacts, appoint, save_mentor
from dualdegree.training.placements import certifying, writing
from dualdegree.training.theses.models import Thesis, ThesisDefence, ThesisGate, ThesisSupervisor, ThesisTitle
from tests.graduates import Graduates, email_of, text
from tests.people import NOW, person
from tests.programmes.papers import NORTH, SOUTH
from tests.recognition.syllabi import pdf
from tests.training.certificates import world as certificates
from tests.training.theses import world as theses
from tests.training.world import YEARS, Training

SITUATIONS = (
    "public",
    "the-student",
    "other-student",
    "the-advisor",
    "other-advisor",
    "registrar",
    "partner-registrar",
    "other-registrar",
    "no-role",
    "the-mentor",
    "other-mentor",
)
"""Who asks; the names are those of ``tests/core/truth_table.txt`` where it has them."""


@dataclass
class World:
    """What there is to ask about, by the ids that addresses need."""

    people: dict[str, Person] = field(default_factory=dict)
    student: int = 0
    agreement: int = 0
    curriculum: int = 0
    equivalences: int = 0
    run: int = 0
    grades: int = 0
    batch: int = 0
    confirmed_batch: int = 0
    link: int = 0
    alike: tuple[int, int] = (0, 0)
    aside: int = 0
    untitled: str = ""
    title: int = 0
    linked: int = 0
    waiting_to_part: int = 0
    serial: str = ""
    code: str = ""
    exception: int = 0
    plan: int = 0
    request: int = 0
    stay: int = 0
    notice: int = 0
    evidence: int = 0
    paper: int = 0
    hold: int = 0
    signed_stay: int = 0
    certificate: int = 0
    thesis: int = 0
    defence: int = 0
    enterprise: int = 0
    convenio: int = 0
    mentor: int = 0
    invitation: str = ""
    placement: int = 0
    move: int = 0
    binding: int = 0
    session: int = 0
    hearing: int = 0


ADDRESSES: dict[str, Callable[[World], dict[str, Any]]] = {
    "accounts.end_sign_in": lambda world: {"sign_in_id": 1},
    "audit.picture": lambda world: {"student_id": world.student},
    "audit.progress": lambda world: {"student_id": world.student},
    "audit.progress_as_json": lambda world: {"student_id": world.student},
    "certificates.of_student": lambda world: {"student_id": world.student},
    "certificates.new": lambda world: {"student_id": world.student},
    **{
        f"certificates.{name}": lambda world: {"decision_id": world.certificate}
        for name in ("certificate", "confirm", "lift", "refuse", "withdraw")
    },
    "cohorts.resume": lambda world: {"run_id": world.run},
    "cohorts.stop": lambda world: {"run_id": world.run},
    "conferral.conferral": lambda world: {"student_id": world.student},
    "conferral.sign": lambda world: {"student_id": world.student},
    "conferral.withdraw": lambda world: {"student_id": world.student},
    "degrees.degrees": lambda world: {"student_id": world.student},
    **{
        f"degrees.{name}": lambda world: {"student_id": world.student, "institution": SOUTH}
        for name in ("apply", "enter_application", "graduation", "notice", "withdraw")
    },
    **{
        f"degrees.{name}": lambda world: {"student_id": world.student, "institution": SOUTH, "errand": "apostille"}
        for name in ("tick", "untick")
    },
    **{
        f"degrees.{name}": lambda world: {"hearing_id": world.hearing}
        for name in ("close", "drop", "statement", "waive")
    },
    **{f"sessions.{name}": lambda world: {"session_id": world.session} for name in ("close", "discard", "session_")},
    "export.learning_agreement": lambda world: {"agreement_id": world.signed_stay},
    "evidence.download": lambda world: {"file_id": world.evidence},
    "equivalences.begin": lambda world: {"table_id": world.equivalences},
    "equivalences.compare": lambda world: {"table_id": world.equivalences},
    "equivalences.download": lambda world: {"table_id": world.equivalences, "ending": "xlsx"},
    "equivalences.entry": lambda world: {"table_id": world.equivalences},
    "equivalences.template": lambda world: {"ending": "csv"},
    "enrolments.enrolment": lambda world: {"student_id": world.student},
    "enrolments.hold": lambda world: {"student_id": world.student},
    "enrolments.lift": lambda world: {"hold_id": world.hold},
    "enrolments.state": lambda world: {"student_id": world.student},
    "exceptions.decide": lambda world: {"exception_id": world.exception},
    "exceptions.enter": lambda world: {"exception_id": world.exception},
    "exceptions.exception": lambda world: {"exception_id": world.exception},
    "exceptions.lift": lambda world: {"exception_id": world.exception},
    "exceptions.new": lambda world: {"student_id": world.student},
    "exceptions.withdraw": lambda world: {"exception_id": world.exception},
    "plans.change": lambda world: {"plan_id": world.plan},
    "plans.cheapest": lambda world: {"student_id": world.student},
    "plans.delete": lambda world: {"plan_id": world.plan},
    "plans.leave": lambda world: {"student_id": world.student},
    "plans.plan": lambda world: {"plan_id": world.plan},
    "plans.save": lambda world: {"student_id": world.student},
    "plans.saved": lambda world: {"student_id": world.student},
    "plans.search": lambda world: {"student_id": world.student},
    "plans.what_if": lambda world: {"student_id": world.student},
    "impact.agreement": lambda world: {"agreement_id": world.agreement},
    "impact.agreement_table": lambda world: {"agreement_id": world.agreement},
    "impact.curriculum": lambda world: {"version_id": world.curriculum},
    "impact.curriculum_table": lambda world: {"version_id": world.curriculum},
    "impact.equivalences": lambda world: {"table_id": world.equivalences},
    "impact.equivalences_table": lambda world: {"table_id": world.equivalences},
    "impact.publish": lambda world: {"version_id": world.curriculum},
    "impact.send_back": lambda world: {"version_id": world.curriculum},
    "impact.submit": lambda world: {"version_id": world.curriculum},
    "grading.table": lambda world: {"table_id": world.grades},
    "given.equivalences": lambda world: {"student_id": world.student},
    "given.everybody": lambda world: {"table_id": world.equivalences},
    "given.propose": lambda world: {"table_id": world.binding},
    **{
        f"given.{name}": lambda world: {"move_id": world.move}
        for name in ("confirm", "move", "refuse", "renew", "withdraw")
    },
    "messages.read": lambda world: {"notice_id": world.notice},
    "mapping.picture_of": lambda world: {"table_id": world.equivalences},
    "moving.curriculum": lambda world: {"student_id": world.student},
    "programmes.agreement": lambda world: {"agreement_id": world.agreement},
    "programmes.agreement_text": lambda world: {"agreement_id": world.agreement},
    "programmes.approve_agreement": lambda world: {"agreement_id": world.agreement},
    "programmes.curriculum": lambda world: {"version_id": world.curriculum},
    "programmes.curriculum_text": lambda world: {"version_id": world.curriculum},
    "programmes.institution": lambda world: {"institution_id": SOUTH},
    "programmes.restore": lambda world: {"institution_id": SOUTH, "number": 1},
    "recognition.approve": lambda world: {"table_id": world.equivalences},
    "recognition.table": lambda world: {"table_id": world.equivalences},
    "recognition.table_text": lambda world: {"table_id": world.equivalences},
    "records.import_template": lambda world: {"kind": "roster"},
    "records.confirm_link": lambda world: {"proposal_id": world.link},
    "records.refuse_link": lambda world: {"proposal_id": world.link},
    "records.propose_match": lambda world: {"own_id": world.alike[0], "their_id": world.alike[1]},
    "records.dismiss_match": lambda world: {"own_id": world.alike[0], "their_id": world.alike[1]},
    "records.link": lambda world: {"student_id": world.waiting_to_part},
    "records.undo_link": lambda world: {"student_id": world.linked},
    "records.confirm_undoing": lambda world: {"student_id": world.waiting_to_part},
    "records.refuse_undoing": lambda world: {"student_id": world.waiting_to_part},
    "records.withdraw_undoing": lambda world: {"student_id": world.waiting_to_part},
    "records.reopen_match": lambda world: {"proposal_id": world.aside},
    "records.columns": lambda world: {"batch_id": world.batch},
    "records.confirm": lambda world: {"batch_id": world.batch},
    "records.import_": lambda world: {"batch_id": world.batch},
    "records.record": lambda world: {"student_id": world.student},
    "records.rejected": lambda world: {"batch_id": world.batch},
    "taking_back.import_": lambda world: {"batch_id": world.confirmed_batch},
    "records.withdraw": lambda world: {"batch_id": world.batch},
    **{
        f"requests.{name}": lambda world: {"request_id": world.request}
        for name in (
            "appeal",
            "close",
            "edit",
            "enter",
            "equivalence",
            "lift",
            "paper",
            "request_",
            "submit",
            "withdraw",
        )
    },
    "choices.choices": lambda world: {"student_id": world.student},
    "requests.listed": lambda world: {"student_id": world.student},
    "requests.paper_of": lambda world: {"request_id": world.request, "file_id": world.paper},
    "requests.new": lambda world: {"student_id": world.student},
    **{
        f"requests_desk.{name}": lambda world: {"request_id": world.request}
        for name in ("alike", "confirm", "decide", "endorse", "send_back", "work")
    },
    "stays.new": lambda world: {"student_id": world.student},
    **{
        f"stays.{name}": lambda world: {"agreement_id": world.stay}
        for name in ("accept", "confirm", "endorse", "send_back", "stay", "withdraw")
    },
    "theses.of_student": lambda world: {"student_id": world.student},
    "theses.new": lambda world: {"student_id": world.student},
    **{
        f"theses.{name}": lambda world: {"thesis_id": world.thesis}
        for name in ("defend", "embargo", "rename", "review", "supervisors", "thesis", "withdraw")
    },
    **{f"theses.{name}": lambda world: {"thesis_id": world.thesis, "gate": "topic"} for name in ("hand_in", "sign")},
    **{
        f"theses.{name}": lambda world: {"defence_id": world.defence}
        for name in ("corrected", "enter", "minutes", "take_out")
    },
    **{
        f"enterprises.{name}": lambda world: {"enterprise_id": world.enterprise}
        for name in ("edit", "enterprise", "new_agreement")
    },
    "enterprises.agreement": lambda world: {"agreement_id": world.convenio},
    **{
        f"mentors.{name}": lambda world: {"mentor_id": world.mentor}
        for name in ("appoint", "edit", "end", "invite", "mentor")
    },
    "mentors.invitation": lambda world: {"token": world.invitation},
    "placements.new": lambda world: {"student_id": world.student},
    "placements.of_student": lambda world: {"student_id": world.student},
    **{
        f"placements.{name}": lambda world: {"placement_id": world.placement}
        for name in ("approve", "edit", "placement", "read", "withdraw", "write")
    },
    **{
        f"placements.{name}": lambda world: {"placement_id": world.placement, "institution_id": SOUTH}
        for name in ("certificate", "certify", "evaluation", "tick", "uncertify")
    },
    "placements.panel": lambda world: {"placement_id": world.placement, "institution_id": NORTH},
    "transcript.documents": lambda world: {"student_id": world.student},
    "transcript.download": lambda world: {"serial": world.serial},
    "transcript.issue_interim": lambda world: {"student_id": world.student},
    "transcript.issue": lambda world: {"student_id": world.student},
    "transcript.replace": lambda world: {"serial": world.serial},
    "transcript.revoke": lambda world: {"serial": world.serial},
    "transcript.unofficial": lambda world: {"student_id": world.student, "languages": "zh_Hans+es"},
    "verification.verified": lambda world: {"code": world.code},
    "titles.enter": lambda world: {"address": world.untitled, "language": "es"},
    **{f"titles.{name}": lambda world: {"form_id": world.title} for name in ("title", "approve", "refuse")},
    "web.choose_language": lambda world: {"language": "es"},
}
"""The values that an endpoint's address takes in this world."""

CHOOSY = {
    "titles.enter": "each institution enters its own titles, and this is north's",
    "messages.read": "one puts aside only what one was told oneself, and this was told to the student",
    "accounts.end_sign_in": "one ends only the own sign-ins, and this is the public's",
    "verification.verified": "nothing has been issued under the walkers' code",
}
"""Pages that answer 404 to some whom the policy allows, and why."""


def build(session: orm.Session) -> World:
    """Put the walkers among the graduates, and give them something to ask about."""
    graduates = Graduates(session)
    known = {"the-student": "mei", "the-advisor": "advisor", "registrar": "south", "partner-registrar": "north"}
    strangers = {"other-student": ("student", SOUTH), "other-advisor": ("advisor", SOUTH)}
    world = World(student=graduates.student().id)
    world.people = {
        **{situation: accounts.person_of(session, email_of(who)) for situation, who in known.items()},
        **{situation: person(session, f"{situation}@people.example", role) for situation, role in strangers.items()},
        "other-registrar": accounts.person_of(session, email_of("elsewhere")),
        "no-role": person(session, "nobody@people.example"),
    }
    _issue(graduates, world)
    _propose(graduates, world)
    world.binding = _bound(session, world)
    world.session, world.hearing = _sitting(graduates, world)
    world.exception = _asked(session, world)
    world.plan = _saved(session, world)
    world.request, world.stay = _requested(session, world)
    world.run = _started(session)
    world.grades = _graded(graduates)
    world.notice = _notice(session, world)
    world.signed_stay = _agreed(session, world)
    _ask_for_training(graduates)
    world.certificate = _certificate(session, world)
    world.thesis, world.defence = _thesis(session, world)
    syllabus = Handed(institution=SOUTH, name="guía.pdf", content=pdf())
    world.move = _moved(session, world)
    world.evidence = evidence.keep(session, graduates.registrar(SOUTH), store(), syllabus, at=NOW).id
    own = replace(syllabus, student=session.get_one(Student, world.student))
    world.paper = evidence.keep(session, graduates.registrar(SOUTH), store(), own, at=NOW).id
    _train(graduates, world)
    # What came before has changed the record: it is signed as it stands now, and a file is read against it.
    graduates.sign()
    world.hold = _held(graduates)
    world.batch = _offered(graduates)
    return world


def _offered(graduates: Graduates) -> int:
    """A file of grades with a row that is rejected, which waits to be confirmed."""
    grades = text("south/grades.csv").replace("S201;S2;Análisis;6,0;7,5;", "S201;S2;Análisis;6,0;17,5;").encode()
    south = graduates.registrar(SOUTH)
    return importing.offer(graduates.session, "grades", SOUTH, "notas.csv", grades, actor=south, at=NOW).id


def _ask_for_training(graduates: Graduates) -> None:
    """Both universities ask for certificates and theses, whatever else their profiles say."""
    for where, rules in (
        (NORTH, (certificates.NORTHERN, theses.NORTHERN)),
        (SOUTH, (certificates.SOUTHERN, theses.SOUTHERN)),
    ):
        graduates.take("institution", where, graduates.session.get_one(Institution, where).profile + "".join(rules))


def _certificate(session: orm.Session, world: World) -> int:
    """A certificate that waits for south."""
    given = LanguageCertificate(
        student_id=world.student, key="0" * 64, time=1, language="en", scale="cefr", level="B2", issuer="Cambridge",
        number_end="4711", awarded_on=NOW.date(), expires_on=None, entered_by=world.people["the-student"].id,
        entered_at=NOW,
    )  # fmt: skip
    session.add(given)
    session.flush()
    waiting = CertificateDecision(
        certificate_id=given.id, institution_id=SOUTH, state="requested", milestones=[], reason=""
    )
    session.add(waiting)
    session.flush()
    return waiting.id


def _thesis(session: orm.Session, world: World) -> tuple[int, int]:
    """A thesis with a stage that waits for the advisor, and a defence after which it has to be corrected."""
    thesis = Thesis(
        student_id=world.student, time=1, kind="thesis", stage="corrections", awaits=f" {NORTH} ", embargo_until=None,
        embargo_reason="", proposed_by=world.people["the-student"].id, proposed_at=NOW, withdrawn_at=None,
    )  # fmt: skip
    session.add(thesis)
    session.flush()
    advisor = world.people["the-advisor"]
    defence = ThesisDefence(
        thesis_id=thesis.id, serves=f"{NORTH} {SOUTH}", number=1, on=NOW.date(), place="Room 1", video="",
        committee=[{"name": f"Member {at}", "affiliation": "", "chair": at == 1, "external": False} for at in (1, 2, 3)],
        in_favour=1, against=2, abstained=0, results={NORTH: "to_correct", SOUTH: "to_correct"}, grades={}, minute="",
        announced_on=NOW.date(), corrections="Chapter 3.", corrected_on=None, corrected_by=None, entered={},
        recorded_by=advisor.id, recorded_at=NOW,
    )  # fmt: skip
    session.add_all(
        [
            ThesisTitle(thesis_id=thesis.id, title={"en": "Graphs"}, person_id=advisor.id, at=NOW, reason=""),
            ThesisSupervisor(thesis_id=thesis.id, party=NORTH, person_id=advisor.id, name=advisor.name),
            ThesisGate(
                thesis_id=thesis.id, gate="topic", words="A summary.", handed_in=True, handed_in_at=NOW, reason=""
            ),
            defence,
        ]
    )
    session.flush()
    return thesis.id, defence.id


def _train(graduates: Graduates, world: World) -> None:
    """A placement that the south has certified and the north has not, and a mentor whom nobody has invited yet."""
    session, training = graduates.session, Training(graduates)
    row = training.done_in_the_south()
    writing.write(session, training.actor("mei"), row, "report", "2026-03", words="March.", at=NOW)
    at_stake = stakes.at_stake(session, [row.student_id])
    certifying.certify(session, training.actor("south"), row, SOUTH, confirmed=stakes.digest_of(at_stake), at=NOW)
    world.people["the-mentor"] = accounts.person_of(session, "rut@people.example")
    world.people["other-mentor"] = person(session, "other-mentor@people.example", ("mentor", SOUTH))
    world.placement, world.enterprise, world.convenio = row.id, training.works.id, training.convenio.id
    facts = MentorFacts(
        kind=MentorKind.ENTERPRISE,
        name="Nil",
        email="nil@works.example",
        qualification="Engineer",
        enterprise=training.works,
    )
    invited = save_mentor(session, training.actor("south"), SOUTH, facts, at=NOW)
    world.mentor = invited.id
    appoint(session, training.actor("south"), invited, YEARS, at=NOW)
    sent = invite(session, training.actor("south"), invited, NOW)
    letter = session.scalars(sa.select(Notice).where(Notice.key == f"{invited.subject}:invited:{sent.id}")).one()
    world.invitation = letter.link.removeprefix("/invitations/")


def _held(graduates: Graduates) -> int:
    """South holds the student back, and its profile names for what it does; it takes spreadsheets, too."""
    kinds = "holds: {fees: {name: {en: Fees}, remedy: {en: Pay them.}}}"
    known = graduates.session.get_one(Institution, SOUTH).profile.replace("formats: [csv]", "formats: [csv, xlsx]")
    graduates.take("institution", SOUTH, f"{known}\n{kinds}\n")
    south, student = graduates.registrar(SOUTH), graduates.student()
    return holds.place(
        graduates.session, south, student, institution=SOUTH, kind="fees", reason="The fees of the term", at=NOW
    ).id


def _sitting(graduates: Graduates, world: World) -> tuple[int, int]:
    """The draft of a session that postpones, and a procedure in which the student can still speak."""
    session, south = graduates.session, graduates.registrar(SOUTH)
    wanted = SessionWanted(minute="7/2026", on=NOW.date(), modality="presential")
    row = sessions.draft(session, south, SOUTH, wanted, NOW)
    postponed = EntryWanted(result=SessionResult.POSTPONED, reason="the walkers' reason")
    sessions.enter(session, south, row, {world.student: postponed}, seen=row.revision)
    student = session.get_one(Student, world.student)
    hearing = notify(session, south, student, institution=SOUTH, grounds="the walkers' grounds", at=NOW)
    return row.id, hearing.id


def _graded(graduates: Graduates) -> int:
    """A grading table."""
    rows = "institution,field,cycle,year,grade,count\n" + "".join(
        f"{SOUTH},0613,7,2025,{entry},9\n" for entry in (9, 7, 5)
    )
    graduates.take("grade-tables", SOUTH, rows)
    return grade_tables(graduates.session, [SOUTH])[0].id


def _issue(graduates: Graduates, world: World) -> None:
    graduates.sign()
    issued = graduates.issue()
    world.serial, world.code = issued.serial, issued.code


def _propose(graduates: Graduates, world: World) -> None:
    """A draft of every kind of text."""
    session = graduates.session
    for kind, name in (
        ("agreement", "agreement"),
        ("curriculum", "south/curriculum"),
        ("equivalences", "equivalences"),
    ):
        draft = (
            text(f"{name}.yaml").replace('version: "1"', 'version: "2"').replace('version: "2024"', 'version: "2025"')
        )
        graduates.take(kind, SOUTH, draft.replace('from: "2024-1"', 'from: "2025-1"'))
    world.agreement = programmes.agreements(session, SOUTH)[0].id
    world.equivalences = recognition.equivalences(session, SOUTH)[0].id
    versions = programmes.curriculum_versions(session, ["double"])
    world.curriculum = next(entry.id for entry in versions if entry.published_at is None)
    confirmed = sa.select(ImportBatch.id).where(ImportBatch.kind == "grades", ImportBatch.institution_id == SOUTH)
    world.confirmed_batch = session.scalars(confirmed.where(ImportBatch.confirmed_at.is_not(None))).first() or 0
    world.link = _named_by_north(session)
    world.alike, world.aside = _alike(session)
    world.untitled, world.title = _untitled(session, world)
    world.linked, world.waiting_to_part = _linked(session, world, "903"), _linked(session, world, "904")
    _to_part(session, world)


def _named_by_north(session: orm.Session) -> int:
    """A number of south's that north's register has named, and does not name any more."""
    naming, named = (
        session.scalars(sa.select(Enrolment).where(Enrolment.institution_id == side).order_by(Enrolment.id)).first()
        for side in (NORTH, SOUTH)
    )
    proposal = LinkProposal(institution_id=SOUTH, enrolment=naming, named=named, state="waiting", proposed_at=NOW)
    session.add(proposal)
    session.flush()
    return proposal.id


def _linked(session: orm.Session, world: World, number: str) -> int:
    """Somebody who is in both registers and for whom nothing has been decided."""
    student = Student(
        programme_id="double", family_name="Linked", given_name=number, birth_date=NOW.date(), nationality="ES"
    )
    session.add(student)
    session.flush()
    for where, letter in ((NORTH, "N"), (SOUTH, "S")):
        session.add(
            Enrolment(
                student=student,
                institution_id=where,
                number=f"{letter}{number}",
                route="spanish",
                admission_term="2024-1",
                advisor_id=world.people["the-advisor"].id if where == NORTH else None,
            )
        )
    session.flush()
    return student.id


def _to_part(session: orm.Session, world: World) -> None:
    """North says that the two are two persons, which south has to confirm."""
    undoing = LinkUndoing(
        joined_id=world.waiting_to_part, institution_id=SOUTH, proposer_id=NORTH, state="waiting", reason="Two persons.",
        proposed_by=world.people["partner-registrar"].id, proposed_at=NOW,
    )  # fmt: skip
    session.add(undoing)
    session.flush()


def _untitled(session: orm.Session, world: World) -> tuple[str, int]:
    """A title of north's that its text lacks in Spanish, and one of south's that waits for approval."""
    institution = programmes.institution(session, NORTH)
    lacking = [title for title in titles_of(session, institution) if "es" in title.lacking]
    row = TitleForm(
        institution_id=SOUTH, about="course:S1", key="S1", source={"en": "Graphs"}, language="es", form="Grafos",
        state="waiting", entered_by=world.people["partner-registrar"].id, entered_at=NOW,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return lacking[0].address, row.id


def _alike(session: orm.Session) -> tuple[tuple[int, int], int]:
    """Two students of south with a namesake of the same day in north, of whom one is said to be another person."""
    born = {"birth_date": NOW.date(), "nationality": "ES", "programme_id": "double"}
    enrolled = []
    for where, number in ((SOUTH, "S901"), (NORTH, "N901"), (SOUTH, "S902"), (NORTH, "N902")):
        student = Student(family_name=f"Alike {number[1:]}", given_name="Ana", **born)
        enrolled.append(
            Enrolment(student=student, institution_id=where, number=number, route="spanish", admission_term="2024-1")
        )
    session.add_all(enrolled)
    session.flush()
    aside = LinkProposal(
        institution_id=SOUTH, enrolment=enrolled[2], named=enrolled[3], state="dismissed", basis="likeness",
        proposed_at=NOW, decided_at=NOW,
    )  # fmt: skip
    session.add(aside)
    session.flush()
    return (enrolled[0].id, enrolled[1].id), aside.id


def _asked(session: orm.Session, world: World) -> int:
    asked = ExceptionRequest(
        student_id=world.student,
        institution_id=SOUTH,
        degree="south",
        kind="waive",
        requirement="optional",
        reason="the walkers' reason",
        state="requested",
        asked_by=world.people["the-advisor"].id,
        asked_at=NOW,
    )
    session.add(asked)
    session.flush()
    return asked.id


def _requested(session: orm.Session, world: World) -> tuple[int, int]:
    """A request and a learning agreement of the student, at south for what was done at north."""
    shared = {"student_id": world.student, "institution_id": SOUTH, "partner_id": NORTH, "degree": "south"}
    asked = RecognitionRequest(
        **shared,
        kind="study",
        sources=[f"{NORTH}/N3/2024-2/1"],
        outside=[],
        targets=[{"course": None, "tag": "optional", "credits": "4"}],
        target_key="#optional",
        words="the walkers' words",
        mobility="",
        state="submitted",
        submitted_at=NOW,
        since=NOW,
        due_on=NOW.date(),
        asked_by=world.people["the-student"].id,
        granted=[],
        originals=[],
        working=[],
        grading_tables=[],
    )
    title = {"en": "Graphs"}
    stay = LearningAgreement(
        **shared,
        stay="2027-1",
        number=1,
        studied=[{"course": "N3", "term": "2027-1", "credits": "2", "title": title}],
        recognised=[{"course": "S4", "tag": None, "credits": "6", "title": title}],
        words="",
        digest="0" * 64,
        state="draft",
        since=NOW,
        written_by=world.people["the-student"].id,
        written_at=NOW,
    )
    session.add_all([asked, stay])
    session.flush()
    return asked.id, stay.id


def _saved(session: orm.Session, world: World) -> int:
    plan = SavedPlan(
        student_id=world.student,
        institution_id=SOUTH,
        person_id=world.people["the-student"].id,
        name="The last year",
        content={"add": [f"{SOUTH}:2027-1:S2"]},
        shared=True,
        saved_at=NOW,
    )
    session.add(plan)
    session.flush()
    return plan.id


def _agreed(session: orm.Session, world: World) -> int:
    signer = world.people["the-advisor"].id
    stay = LearningAgreement(
        student_id=world.student, institution_id=SOUTH, partner_id=NORTH, degree="south", stay="2026-1", number=1,
        studied=[{"course": "N3", "term": "2027-1", "credits": "2", "title": {"en": "Graphs"}}],
        recognised=[], words="", digest="0" * 64, state="in_force", since=NOW,
        written_by=world.people["the-student"].id, written_at=NOW, accepted_at=NOW,
        endorsed_by=signer, endorsed_at=NOW, confirmed_by=signer, confirmed_at=NOW,
    )  # fmt: skip
    session.add(stay)
    session.flush()
    return stay.id


def _bound(session: orm.Session, world: World) -> int:
    """The table in force; the student keeps one of before, so that somebody can propose to move them."""
    table = recognition.equivalences_in_force(session, "double")
    assert table is not None
    before = EquivalenceVersion(
        programme_id="double", institution_id=SOUTH, partner_id=NORTH, version="0", text=table.text,
        digest=table.digest, in_force_from=NOW - dt.timedelta(days=1),
    )  # fmt: skip
    kept = GivenEquivalences(
        student_id=world.student, institution_id=SOUTH, version=before, since=NOW, minute="the walkers' minute"
    )
    session.add_all([before, kept])
    session.flush()
    return table.id


def _moved(session: orm.Session, world: World) -> int:
    """A void proposal of south's that waits for north: what it would hit is not what its proposer had read."""
    move = EquivalenceMove(
        version_id=world.binding, institution_id=SOUTH, partner_id=NORTH, reason="the walkers' reason", minute="7/2026",
        digest="0" * 64, state="awaiting_partner", proposed_by=world.people["registrar"].id, proposed_at=NOW,
        students=[MovedStudent(student_id=world.student)],
    )  # fmt: skip
    session.add(move)
    session.flush()
    return move.id


def _notice(session: orm.Session, world: World) -> int:
    news = News(about="student:1", act="greeted", subject=Message("Welcome"), body=Message("Start"), link="/")
    inform(
        session, operator(SOUTH), news, institution=SOUTH, at=NOW, people=[entry.id for entry in world.people.values()]
    )
    of_student = of_person(world.people["the-student"].id)
    return session.scalars(of_student.limit(1)).one().id


def _started(session: orm.Session) -> int:
    run = CohortRun(institution_id=SOUTH, include="official", students=1, started_at=NOW, working_since=NOW)
    session.add(run)
    session.flush()
    part = jobs.JobPart(task="audit.chunk", arguments={})
    jobs.put(session, [part], batch=run.batch, institution=SOUTH, at=NOW)
    return run.id
