"""What does a stay's learning agreement say to other systems? Its versions as one value of Erasmus Without Paper."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.accounts.models import Person
from dualdegree.audit.dossiers import dossier
from dualdegree.core.approval import State
from dualdegree.core.credit import worth
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.text import say
from dualdegree.learning_agreements.formats import ewp
from dualdegree.programmes import service as programmes
from dualdegree.programmes.institutions.mobility import Mobility
from dualdegree.programmes.texts import profile_of
from dualdegree.requests.models import LearningAgreement

POSITION = "Advisor"
"""As what both sides sign; the standard asks for words, preferably English ones."""


def mobility_of(session: orm.Session, agreement: LearningAgreement) -> ewp.EwpMobility:
    """The stay to which this version belongs, with the versions that were signed.

    Raises ``Conflict`` while no version is signed by the student and the sending side, ``Refusal`` when the profile of
    an institution does not say what the standard asks for.
    """
    versions = _versions(session, agreement)
    agreed = [version for version in versions if version.confirmed_at is not None]
    proposed = next((version for version in versions if version.state == State.ENDORSED), None)
    if not agreed and proposed is None:
        raise Conflict("Nobody but the student has signed a version of this stay yet; it is exported once they have.")
    own, partner = _profile(session, agreement.institution_id), _profile(session, agreement.partner_id)
    signed = _Signed(session, agreement, versions)
    now = agreed[-1] if len(agreed) > 1 else None
    return ewp.EwpMobility(
        id=f"stay-{agreement.student_id}-{agreement.stay}-{agreement.partner_id}"[:64],
        sending=_party(agreement.institution_id, own),
        receiving=_party(agreement.partner_id, partner),
        student=_pupil(session, agreement),
        eqf=own.eqf,
        isced=own.isced,
        language=partner.language,
        cefr=partner.cefr,
        first=signed.version(agreed[0]) if agreed else None,
        now=signed.version(now) if now else None,
        proposed=signed.version(proposed) if proposed else None,
    )


class _Signed:
    """Versions of one stay with the names of those who signed, and credits in ECTS."""

    def __init__(
        self, session: orm.Session, agreement: LearningAgreement, versions: Sequence[LearningAgreement]
    ) -> None:
        signers = {
            signer for each in versions for signer in (each.endorsed_by, each.confirmed_by) if signer is not None
        }
        rows = session.scalars(sa.select(Person).where(Person.id.in_(signers)))
        self.people: Mapping[int, Person] = {person.id: person for person in rows}
        sides = {
            side.curriculum.institution: side.curriculum for side in dossier(session, agreement.student).every_side
        }
        self.home, self.away = sides[agreement.institution_id], sides[agreement.partner_id]

    def version(self, agreement: LearningAgreement) -> ewp.Version:
        """One version, signed by the student and the sending side at least."""
        if agreement.accepted_at is None:
            raise TypeError("a version that was endorsed was accepted before")
        return ewp.Version(
            digest=agreement.digest,
            studied=tuple(self._component(row, self.away, row["term"]) for row in agreement.studied),
            recognised=tuple(self._component(row, self.home, agreement.stay) for row in agreement.recognised),
            student=ewp.EwpSignature(at=agreement.accepted_at),
            sending=self._signature(agreement.endorsed_by, agreement.endorsed_at or agreement.accepted_at),
            receiving=self._signature(agreement.confirmed_by, agreement.confirmed_at)
            if agreement.confirmed_at
            else None,
        )

    def _signature(self, person: int | None, at: dt.datetime) -> ewp.EwpSignature:
        signer = self.people[person or 0]
        return ewp.EwpSignature(at=at, name=signer.name, position=POSITION, email=signer.email)

    def _component(self, row: Mapping[str, Any], curriculum: Any, term: str) -> ewp.Component:
        course, credits_ = curriculum.courses.get(row["course"] or ""), Decimal(row["credits"])
        # What is agreed for a course is agreed for the whole of it; a part of its credits goes by the ratio.
        whole = course is not None and course.ects is not None and course.credits == credits_
        agreed = course.ects if whole and course is not None else None
        figure = worth(credits_, agreed, curriculum.degree.ects_per_credit)
        return ewp.Component(code=row["course"] or "", title=say(row["title"], "en"), term=term, ects=figure)


def _versions(session: orm.Session, agreement: LearningAgreement) -> Sequence[LearningAgreement]:
    kind = LearningAgreement
    same = kind.student_id == agreement.student_id, kind.partner_id == agreement.partner_id, kind.stay == agreement.stay
    return session.scalars(sa.select(kind).where(*same).order_by(kind.number)).all()


def _profile(session: orm.Session, institution: str) -> Mobility:
    own = programmes.institution(session, institution)
    mobility = profile_of(own).mobility if own.profile else None
    if mobility is None:
        raise Refusal(
            "The profile of %(institution)s says nothing of stays (mobility: unit, contact, isced, eqf, language, "
            "cefr); its registrar can add that.",
            {"institution": own.names},
        )
    return mobility


def _party(institution: str, profile: Mobility) -> ewp.Party:
    contact = ewp.Contact(given_names=profile.given_names, family_name=profile.family_name, email=profile.email)
    return ewp.Party(institution=institution, unit=profile.unit, contact=contact)


def _pupil(session: orm.Session, agreement: LearningAgreement) -> ewp.Pupil:
    student = agreement.student
    person = session.get(Person, student.person_id) if student.person_id is not None else None
    number = next(
        enrolment.number for enrolment in student.enrolments if enrolment.institution_id == agreement.institution_id
    )
    return ewp.Pupil(
        given_names=student.given_name,
        family_name=student.family_name,
        number=number,
        born=student.birth_date,
        citizenship=student.nationality,
        email=person.email if person else "",
    )
