"""How does one institution certify its own attempts, by itself alone and at any time, without certifying a degree?"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.catalogues import translate
from dualdegree.conferral.content import credit_sentence, printed_holder, printed_institution, printed_scale
from dualdegree.conferral.models import IssuedDocument
from dualdegree.core import transcript as print_
from dualdegree.core.acts import Act
from dualdegree.core.audit.facts import Status
from dualdegree.core.days import day_in
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.records import RecordLine, Standing
from dualdegree.core.refusal import Absent, Refusal
from dualdegree.db import lock
from dualdegree.history import tell
from dualdegree.programmes import service as programmes
from dualdegree.programmes.institutions.profile import Profile
from dualdegree.programmes.models import Institution
from dualdegree.programmes.texts import curriculum_of, profile_of
from dualdegree.records.models import Enrolment, Student
from dualdegree.records.searching import add_document
from dualdegree.records.service import record_of
from dualdegree.transcript.formats import FORMATS
from dualdegree.transcript.marks import new_code, next_interim_serial, spaced
from dualdegree.transcript.notices import tell_of_interim
from dualdegree.transcript.service import WantedDocument

UNPRINTED = frozenset({Status.PLANNED})


def issue_interim(
    session: orm.Session, actor: Actor, student: Student, institution: str, wanted: WantedDocument
) -> IssuedDocument:
    """Certify what this institution's register holds of the student today, and keep the document's bytes.

    Nobody else signs, and no requirement need be met. The same content in the same languages on the same day is one
    document: asked for again, it is the one that is there. An earlier one stays in force.

    Raises ``Refusal`` without a curriculum or without attempts, ``MissingForms`` when a title lacks an approved form.
    """
    require(actor, Permission.ISSUE_INTERIM, of_institutions(institution))
    if not actor.person_id:
        raise Refusal("Such a document bears a person's name; sign in as a registrar to issue it.")
    lock(session, student)
    enrolment = _enrolment(student, institution)
    profile = profile_of(session.get_one(Institution, institution))
    content = _content(session, student, enrolment, profile)
    asked = _AskedInterim(student=student, content=content, wanted=wanted, zone=profile.time_zone)
    known = _same(session, asked)
    return known if known is not None else _issue(session, actor, asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class _AskedInterim:
    """What is to be printed of whom, and on whose calendar."""

    student: Student
    content: print_.Content
    wanted: WantedDocument
    zone: dt.tzinfo

    @property
    def institution(self) -> str:
        """Who certifies it."""
        return self.content.institutions[0].id

    @property
    def day(self) -> dt.date:
        """The day of issue there."""
        return day_in(self.wanted.at, self.zone)


def _issue(session: orm.Session, actor: Actor, asked: _AskedInterim) -> IssuedDocument:
    student, content, wanted, institution = asked.student, asked.content, asked.wanted, asked.institution
    issued_on = asked.day
    serial, code = next_interim_serial(session, institution, issued_on.year), new_code()
    signer = print_.Signer(
        institution=institution, name=actor.name, office=content.institutions[0].office, signed_on=issued_on
    )
    marks = print_.Issue(
        kind=print_.DocumentKind.INTERIM,
        issued_on=issued_on,
        languages=wanted.languages,
        serial=serial,
        code=spaced(code),
        verify_url=f"{wanted.public_url}/verify/{code}",
        signers=(signer,),
    )
    printed = print_.Transcript(content=content, issue=marks)
    print_.require_forms(printed, wanted.languages)
    pdf = FORMATS["pdf"].render(printed, wanted.languages, translate)
    issued = IssuedDocument(
        serial=serial,
        kind=print_.DocumentKind.INTERIM.value,
        code=code,
        student_id=student.id,
        institution_id=institution,
        person_id=actor.person_id,
        issued_at=wanted.at,
        languages="+".join(wanted.languages),
        state_digest=print_.digest(content),
        content=print_.canonical(printed).decode(),
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        demonstration=printed.specimen,
    )
    session.add(issued)
    add_document(session, student.id, serial)
    session.flush()
    facts = {"sha256": issued.sha256, "institution": institution}
    about = f"document:{serial}"
    tell(session, actor, about, Act.DOCUMENT_ISSUED, concerned=[institution], at=wanted.at, after=facts)
    tell_of_interim(session, actor, issued, wanted.at)
    return issued


def _same(session: orm.Session, asked: _AskedInterim) -> IssuedDocument | None:
    """The document of today that says the very same, if there is one."""
    row = IssuedDocument
    query = sa.select(row).where(
        row.student_id == asked.student.id,
        row.kind == print_.DocumentKind.INTERIM,
        row.institution_id == asked.institution,
        row.languages == "+".join(asked.wanted.languages),
        row.state_digest == print_.digest(asked.content),
        row.revoked_at.is_(None),
    )
    latest = session.scalar(query.order_by(row.id.desc()).limit(1))
    return latest if latest is not None and day_in(latest.issued_at, asked.zone) == asked.day else None


def _enrolment(student: Student, institution: str) -> Enrolment:
    enrolment = next((row for row in student.enrolments if row.institution_id == institution), None)
    if enrolment is None:
        raise Absent("The student is not enrolled at this institution.")
    return enrolment


def _content(session: orm.Session, student: Student, enrolment: Enrolment, profile: Profile) -> print_.Content:
    if enrolment.curriculum_version is None:
        raise Refusal("No curriculum binds this student yet, so there is nothing to print.")
    curriculum = curriculum_of(enrolment.curriculum_version)
    degree = curriculum.degree
    courses = tuple(_courses(record_of(session, student).register(profile.institution).lines))
    if not courses:
        raise Refusal("The register holds no attempt of this student yet; import the grades first.")
    total = print_.CreditSum(
        credits=sum((course.credits for course in courses if course.counts), Decimal(0)),
        ects=sum((course.ects for course in courses if course.counts), Decimal(0)),
    )
    return print_.Content(
        programme=programmes.programme_titles(session)[student.programme_id],
        agreement={},
        agreement_version="",
        institutions=(printed_institution(profile),),
        holder=printed_holder(student, [enrolment]),
        degrees=(
            print_.TranscriptDegree(
                id=degree.id,
                institution=degree.institution,
                award=curriculum.award,
                admission_term=enrolment.admission_term,
                curriculum=curriculum.version,
                total=total.credits,
                ects=total.ects,
            ),
        ),
        courses=courses,
        scales=(printed_scale(profile),),
        credit_legend=(credit_sentence(profile, degree.ects_per_credit),),
    )


def _courses(lines: tuple[RecordLine, ...]) -> Iterator[print_.TranscriptCourse]:
    """Every attempt of the register's own, with its result; nothing that is only planned."""
    for line in sorted(lines, key=lambda line: (line.entry.term, line.entry.course, line.entry.id)):
        entry = line.entry
        if entry.status in UNPRINTED:
            continue
        yield print_.TranscriptCourse(
            institution=entry.institution,
            code=entry.course,
            title=entry.title,
            term=entry.term,
            credits=entry.credits,
            ects=entry.ects if entry.ects is not None else Decimal(0),
            grade=entry.grade_as_given or None,
            status=Status(entry.status),
            stands=line.standing is not Standing.SUPERSEDED,
        )
