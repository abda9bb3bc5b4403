"""Enterprises, agreements and mentors: kept by a registrar, appointed by a decision, invited by a letter."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from dualdegree.accounts import service as accounts
from dualdegree.core.policy import NotAllowed, Role
from dualdegree.core.refusal import Conflict, Refusal
from dualdegree.core.training.periods import TrainingPeriod
from dualdegree.messages.models import Notice
from dualdegree.training.enterprises import service as enterprises
from dualdegree.training.enterprises.service import AgreementFacts, EnterpriseFacts
from dualdegree.training.mentors import inviting
from dualdegree.training.mentors import service as mentors
from dualdegree.training.mentors.models import MentorKind
from dualdegree.training.mentors.service import AppointmentFacts, MentorFacts
from tests.people import NOW, PASSWORD, person

SOUTH = "south.example"
WORKS = EnterpriseFacts(names={"en": "Works"}, country="ES", identifier="b-12 345 674", place="Alcoi")
YEAR = AppointmentFacts(first=dt.date(2026, 9, 1), last=dt.date(2027, 8, 31), decided_by="Committee, 4/2026")
CONVENIO = AgreementFacts(
    reference="C-1",
    signed_on=dt.date(2026, 6, 1),
    valid_from=dt.date(2026, 9, 1),
    valid_until=dt.date(2028, 8, 31),
    areas=("robotics",),
)


@pytest.fixture
def registrar(session):
    return accounts.actor_of(person(session, "registrar@people.example", ("registrar", SOUTH)))


@pytest.fixture
def works(session, registrar):
    return enterprises.save_enterprise(session, registrar, SOUTH, WORKS, at=NOW)


def of_works(works, **facts):
    usual = {"kind": MentorKind.ENTERPRISE, "name": "Rut Vidal", "email": "Rut@works.example", "enterprise": works}
    return MentorFacts(**{**usual, "qualification": "Engineer, 12 years of practice", **facts})


@pytest.fixture
def rut(session, registrar, works):
    return mentors.save_mentor(session, registrar, SOUTH, of_works(works), at=NOW)


def token_of(session):
    notice = session.scalars(sa.select(Notice).order_by(Notice.id.desc())).first()
    return notice.link.removeprefix("/invitations/")


def test_an_enterprise_is_known_by_its_identifier_however_it_is_written(session, registrar, works):
    assert works.identifier == "B-12345674"
    with pytest.raises(Conflict, match="B-12345674 is on the list already"):
        enterprises.save_enterprise(session, registrar, SOUTH, WORKS, at=NOW)


def test_only_a_registrar_keeps_the_lists(session):
    advisor = accounts.actor_of(person(session, "advisor@people.example", ("advisor", SOUTH)))

    with pytest.raises(NotAllowed):
        enterprises.save_enterprise(session, advisor, SOUTH, WORKS, at=NOW)


def test_an_agreement_covers_the_days_of_its_period(session, registrar, works):
    agreement = enterprises.save_agreement(session, registrar, SOUTH, works, CONVENIO, at=NOW)

    with pytest.raises(Refusal, match=r"C-1 holds from 2026-09-01 to 2028-08-31"):
        enterprises.refuse_uncovered(
            agreement, TrainingPeriod(first=dt.date(2028, 8, 1), last=dt.date(2028, 9, 1)), student=1
        )


def test_a_mentor_is_appointed_for_days_and_not_twice_for_one(session, registrar, rut):
    mentors.appoint(session, registrar, rut, YEAR, at=NOW)

    assert rut.is_appointed(TrainingPeriod(first=dt.date(2026, 9, 1), last=dt.date(2027, 2, 1)))
    assert not rut.is_appointed(TrainingPeriod(first=dt.date(2026, 9, 1), last=dt.date(2027, 9, 1)))
    with pytest.raises(Refusal, match="is appointed from 2026-09-01 to 2027-08-31 already"):
        mentors.appoint(session, registrar, rut, replace(YEAR, last=None), at=NOW)


def test_an_invitation_lets_the_mentor_choose_a_password_and_sign_in(session, registrar, rut):
    inviting.invite(session, registrar, rut, NOW)
    token = token_of(session)

    inviting.take_up(session, inviting.invitation_of(session, token), PASSWORD, NOW)

    somebody = accounts.person_of(session, "rut@works.example")
    assert accounts.actor_of(somebody).institutions(Role.MENTOR) == (SOUTH,)
    assert rut.person_id == somebody.id


def test_nobody_signs_in_before_the_invitation_is_taken_up(session, registrar, rut):
    inviting.invite(session, registrar, rut, NOW)

    with pytest.raises(accounts.SignInRefused):
        accounts.sign_in(session, email="rut@works.example", password="", now=NOW)


def test_an_invitation_works_once(session, registrar, rut):
    inviting.invite(session, registrar, rut, NOW)
    invitation = inviting.invitation_of(session, token_of(session))
    inviting.take_up(session, invitation, PASSWORD, NOW)

    with pytest.raises(inviting.InvitationOver, match=r"was used on 2026-11-23. Sign in with the address rut@works"):
        inviting.take_up(session, invitation, PASSWORD, NOW)


def test_an_expired_invitation_says_how_to_get_a_new_one(session, registrar, rut):
    invitation = inviting.invite(session, registrar, rut, NOW)

    with pytest.raises(inviting.InvitationOver, match=r"expired on 2026-12-07. Ask .* for a new one"):
        inviting.refuse_over(session, invitation, NOW + dt.timedelta(days=14))


def test_a_new_invitation_ends_the_one_before(session, registrar, rut):
    first = inviting.invite(session, registrar, rut, NOW)
    inviting.invite(session, registrar, rut, NOW + dt.timedelta(hours=1))
    session.refresh(first)

    with pytest.raises(inviting.InvitationOver, match="expired"):
        inviting.refuse_over(session, first, NOW + dt.timedelta(hours=2))


def test_whoever_has_an_account_needs_no_invitation(session, registrar, works):
    known = person(session, "known@works.example")

    mentor = mentors.save_mentor(session, registrar, SOUTH, of_works(works, email="known@works.example"), at=NOW)

    assert mentor.person_id == known.id
    assert inviting.invite(session, registrar, mentor, NOW) is None
