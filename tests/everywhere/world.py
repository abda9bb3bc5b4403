"""Which small world do the walkers walk? One student of two universities, and everybody who could ask about them.

A new page whose address has values needs a line in ``ADDRESSES``; what it is about needs to be in ``World``.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import orm

from dualdegree.accounts.models import Person
from dualdegree.audit.models import ExceptionRequest
from dualdegree.audit.runs import CohortRun
from dualdegree.jobs import service as jobs
from dualdegree.programmes.models import AgreementVersion, Curriculum, CurriculumVersion, Programme
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.records.models import Enrolment, Student
from tests.people import NOW, institution, person

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
    exception: int = 0
    run: int = 0


ADDRESSES: dict[str, Callable[[World], dict[str, Any]]] = {
    "accounts.end_sign_in": lambda world: {"sign_in_id": 1},
    "cohorts.resume": lambda world: {"run_id": world.run},
    "cohorts.stop": lambda world: {"run_id": world.run},
    "exceptions.decide": lambda world: {"exception_id": world.exception},
    "exceptions.enter": lambda world: {"exception_id": world.exception},
    "exceptions.exception": lambda world: {"exception_id": world.exception},
    "exceptions.lift": lambda world: {"exception_id": world.exception},
    "exceptions.new": lambda world: {"student_id": world.student},
    "exceptions.withdraw": lambda world: {"exception_id": world.exception},
    "audit.picture": lambda world: {"student_id": world.student},
    "impact.agreement": lambda world: {"agreement_id": world.agreement},
    "impact.agreement_table": lambda world: {"agreement_id": world.agreement},
    "impact.curriculum": lambda world: {"version_id": world.curriculum},
    "impact.curriculum_table": lambda world: {"version_id": world.curriculum},
    "impact.equivalences": lambda world: {"table_id": world.equivalences},
    "impact.equivalences_table": lambda world: {"table_id": world.equivalences},
    "impact.publish": lambda world: {"version_id": world.curriculum},
    "impact.send_back": lambda world: {"version_id": world.curriculum},
    "impact.submit": lambda world: {"version_id": world.curriculum},
    "moving.curriculum": lambda world: {"student_id": world.student},
    "programmes.agreement": lambda world: {"agreement_id": world.agreement},
    "programmes.approve_agreement": lambda world: {"agreement_id": world.agreement},
    "programmes.curriculum": lambda world: {"version_id": world.curriculum},
    "programmes.institution": lambda world: {"institution_id": "upv.es"},
    "recognition.approve": lambda world: {"table_id": world.equivalences},
    "recognition.table": lambda world: {"table_id": world.equivalences},
    "web.choose_language": lambda world: {"language": "es"},
}
"""The values that an endpoint's address takes in this world."""

CHOOSY = {"accounts.end_sign_in": "one ends only the own sign-ins, and this is the public's"}
"""Pages that answer 404 to some whom the policy allows, and why."""


def build(session: orm.Session) -> World:
    """Put the world into an empty database."""
    world = World()
    for name in ("buaa.edu.cn", "upv.es", "elsewhere.org"):
        institution(session, name)
    world.people = {
        "the-student": person(session, "s@upv.es", ("student", "upv.es"), ("student", "buaa.edu.cn")),
        "other-student": person(session, "o@upv.es", ("student", "upv.es")),
        "the-advisor": person(session, "a@upv.es", ("advisor", "upv.es")),
        "other-advisor": person(session, "b@upv.es", ("advisor", "upv.es")),
        "registrar": person(session, "r@upv.es", ("registrar", "upv.es")),
        "partner-registrar": person(session, "r@buaa.edu.cn", ("registrar", "buaa.edu.cn")),
        "other-registrar": person(session, "r@elsewhere.org", ("registrar", "elsewhere.org")),
        "no-role": person(session, "n@upv.es"),
    }
    session.add(Programme(id="ai", titles={"en": "Artificial intelligence"}))
    session.flush()
    _put_papers(session, world)
    _enrol(session, world)
    world.run = _started(session)
    session.flush()
    return world


def _started(session: orm.Session) -> int:
    run = CohortRun(institution_id="upv.es", include="official", students=1, started_at=NOW, working_since=NOW)
    session.add(run)
    session.flush()
    part = jobs.Part(task="audit.chunk", arguments={})
    jobs.put(session, [part], batch=run.batch, institution="upv.es", at=NOW)
    return run.id


AGREEMENT = """\
agreement: ai
programme: ai
version: "1"
institutions: [buaa.edu.cn, upv.es]
title: {en: Artificial intelligence}
"""
CURRICULUM = """\
curriculum: upv-ai
institution: upv.es
programme: ai
version: "1"
title: {en: Artificial intelligence at UPV}
admission: {from: "2024-1"}
degree: {id: upv, institution: upv.es, requirements: {id: root, kind: credits, at_least: "6", select: {}}}
courses: [{code: "39001", title: {en: Mathematics}, credits: "6"}]
"""
EQUIVALENCES = """\
equivalences: ai
programme: ai
version: "1"
entries:
  - id: mathematics
    from: {institution: buaa.edu.cn, courses: [{code: GA01, credits: "4"}]}
    to: {institution: upv.es, courses: [{code: "39001", credits: "6"}]}
"""


def _put_papers(session: orm.Session, world: World) -> None:
    parties = {"programme_id": "ai", "institution_id": "buaa.edu.cn", "partner_id": "upv.es", "version": "1"}
    agreement = AgreementVersion(**parties, text=AGREEMENT, digest="the agreement of the walkers")
    table = EquivalenceVersion(**parties, text=EQUIVALENCES, digest="the equivalences of the walkers")
    session.add(Curriculum(id="upv-ai", programme_id="ai", institution_id="upv.es"))
    session.flush()
    curriculum = CurriculumVersion(
        curriculum_id="upv-ai",
        institution_id="upv.es",
        version="1",
        admission_from="2024-1",
        routes=[],
        text=CURRICULUM,
        digest="the curriculum of the walkers",
    )
    session.add_all([agreement, table, curriculum])
    session.flush()
    world.agreement, world.curriculum, world.equivalences = agreement.id, curriculum.id, table.id


def _enrol(session: orm.Session, world: World) -> None:
    student = Student(
        programme_id="ai",
        person_id=world.people["the-student"].id,
        family_name="García",
        given_name="Inés",
        han_name="加西亚",
        birth_date=dt.date(2002, 2, 3),
        nationality="ES",
    )
    session.add(student)
    session.flush()
    for where, number in (("buaa.edu.cn", "SY2406101"), ("upv.es", "2024-0017")):
        session.add(
            Enrolment(
                student_id=student.id,
                institution_id=where,
                number=number,
                route="spanish",
                admission_term="2024-1",
                advisor_id=world.people["the-advisor"].id,
            )
        )
    world.student = student.id
    asked = ExceptionRequest(
        student_id=student.id,
        institution_id="upv.es",
        degree="upv",
        kind="waive",
        requirement="root",
        reason="the walkers' reason",
        state="requested",
        asked_by=world.people["the-advisor"].id,
        asked_at=NOW,
    )
    session.add(asked)
    session.flush()
    world.exception = asked.id
