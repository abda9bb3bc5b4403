"""What does every step of loading the demonstration share? The session, the day, and who the scenario's people are."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.accounts import service as accounts
from dualdegree.accounts.models import Person
from dualdegree.core.policy import Actor
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import say
from dualdegree.records.models import Enrolment, Student

FOLDER = files("dualdegree") / "demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """What every step of the loading shares."""

    session: orm.Session
    scenario: Mapping[str, Any]
    at: dt.datetime
    public_url: str

    def person(self, email: str) -> Actor:
        """The actor with this address."""
        person = accounts.person_of(self.session, email)
        if person is None:
            raise Refusal(f"The scenario names {email}, which is not among its accounts.")
        return accounts.actor_of(person)

    def owner(self, student: Student) -> Actor:
        """The student's own person."""
        if student.person_id is None:
            raise Refusal(
                f"{say(student.full_name, 'en')} cannot sign in; list the student among the scenario's accounts."
            )
        return accounts.actor_of(self.session.get_one(Person, student.person_id))

    def registrar(self, institution: str) -> Actor:
        """The registrar of this institution whom the scenario names first."""
        registrars = (
            account
            for account in self.scenario["accounts"]
            if (account["role"], account["institution"]) == ("registrar", institution)
        )
        return self.person(next(registrars)["email"])

    def student(self, number: str) -> Student:
        """The student with this number at either institution."""
        return self.session.scalars(sa.select(Student).join(Enrolment).where(Enrolment.number == number)).one()
