"""Who trains where in the tests? A graduate at Works, with a mentor there and one at each university."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from dualdegree.accounts import service as accounts
from dualdegree.core.training.checklist import ChecklistItem
from dualdegree.core.training.evaluation import PanelMember
from dualdegree.core.training.parties import TrainingParty
from dualdegree.training.enterprises import service as enterprises
from dualdegree.training.enterprises.service import AgreementFacts, EnterpriseFacts
from dualdegree.training.mentors import service as mentors
from dualdegree.training.mentors.models import MentorKind
from dualdegree.training.mentors.service import AppointmentFacts, MentorFacts
from dualdegree.training.placements import evaluating, planning, writing
from dualdegree.training.placements.evaluating import GivenEvaluation
from dualdegree.training.placements.planning import PlacementPlan, SidePlan
from tests.graduates import READY
from tests.people import NOW, person
from tests.programmes.papers import NORTH, SOUTH

FIRST, LAST = dt.date(2026, 3, 2), dt.date(2026, 6, 30)
BEFORE = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
YEARS = AppointmentFacts(first=dt.date(2026, 1, 1), last=dt.date(2027, 12, 31), decided_by="Committee, 1/2026")
MEMBERS = (
    PanelMember(name="Wu", from_enterprise=True),
    PanelMember(name="Li", from_enterprise=True),
    PanelMember(name="He", from_enterprise=False),
)


class Training:
    """Works in the south, its convenio, three mentors with accounts, and a plan for one student."""

    def __init__(self, graduates, number=READY):
        self.graduates, self.session = graduates, graduates.session
        self.student = graduates.student(number)
        facts = EnterpriseFacts(
            names={"en": "Works", "es": "Obras"}, country="ES", identifier="B12345674", place="Alcoi"
        )
        south = graduates.registrar(SOUTH)
        self.works = enterprises.save_enterprise(self.session, south, SOUTH, facts, at=BEFORE)
        convenio = AgreementFacts(
            reference="C-1",
            signed_on=dt.date(2026, 1, 2),
            valid_from=dt.date(2026, 1, 1),
            valid_until=dt.date(2027, 12, 31),
            areas=("data",),
            partner=NORTH,
        )
        self.convenio = enterprises.save_agreement(self.session, south, SOUTH, self.works, convenio, at=BEFORE)
        self.rut = self._mentor("rut", SOUTH, self.works)
        self.pau = self._mentor("pau", SOUTH)
        self.wen = self._mentor("wen", NORTH)

    def _mentor(self, who, where, enterprise=None):
        """A mentor who signs in, appointed for 2026 and 2027."""
        person(self.session, f"{who}@people.example", name=who.title())
        kind = MentorKind.ENTERPRISE if enterprise else MentorKind.UNIVERSITY
        facts = MentorFacts(
            kind=kind, name=who.title(), email=f"{who}@people.example", qualification="Engineer", enterprise=enterprise
        )
        registrar = self.graduates.registrar(where)
        mentor = mentors.save_mentor(self.session, registrar, where, facts, at=BEFORE)
        mentors.appoint(self.session, registrar, mentor, YEARS, at=BEFORE)
        return mentor

    def actor(self, who):
        """Somebody who is signed in; "south" and "north" are registrars."""
        if who in {"south", "north"}:
            return self.graduates.registrar(SOUTH if who == "south" else NORTH)
        return accounts.actor_of(accounts.person_of(self.session, f"{who}@people.example"))

    def wanted(self, **changed):
        """The plan; whoever changes it says what."""
        plan = PlacementPlan(
            enterprise=self.works,
            agreement=self.convenio,
            mentor=self.rut,
            plan="Measure, model, report.",
            objectives="Work with data of a plant.",
            place="Alcoi",
            starts_on=FIRST,
            ends_on=LAST,
            weekly_hours=Decimal(35),
            hours=Decimal(560),
            sides={NORTH: SidePlan(mentor=self.wen), SOUTH: SidePlan(mentor=self.pau, course="S4")},
        )
        return replace(plan, **changed)

    def plan(self, *, at=BEFORE, **changed):
        """Plan it as the registrar of the south."""
        return planning.plan(self.session, self.actor("south"), self.student, self.wanted(**changed), at=at)

    def approve(self, row, *who, at=BEFORE):
        """Let these people approve, in this order."""
        for name in who or ("mei", "rut", "pau", "north", "south"):
            planning.approve(self.session, self.actor(name), row, seen=None, at=at)

    def tick(self, row, where, item, on=FIRST):
        """Record a formality as the institution's registrar."""
        registrar = self.graduates.registrar(where)
        writing.tick(self.session, registrar, row, where, item=item, on=on, at=NOW)

    def evaluate(self, row, who, where, party, at=NOW, **values):
        """Evaluate as somebody, on the form of an institution."""
        members = MEMBERS if party is TrainingParty.PANEL else ()
        given = GivenEvaluation(institution=where, party=party, values=values, members=members)
        evaluating.evaluate(self.session, self.actor(who), row, given, at=at)

    def done_in_the_south(self):
        """A placement with everything that the south asks for."""
        row = self.plan()
        self.approve(row)
        self.tick(row, SOUTH, ChecklistItem.SOCIAL_SECURITY)
        self.evaluate(row, "rut", SOUTH, TrainingParty.ENTERPRISE_MENTOR, technical="9", initiative="8", overall="9.5")
        self.evaluate(row, "pau", SOUTH, TrainingParty.UNIVERSITY_MENTOR, overall="8")
        return row

    def done_in_the_north(self, row):
        """The same with everything that the north asks for."""
        self.tick(row, NORTH, ChecklistItem.SAFETY)
        mei = self.actor("mei")
        writing.write(self.session, mei, row, "summary", "", words="All that was done.", at=NOW)
        for who in ("rut", "wen"):
            writing.read(self.session, self.actor(who), row, "opinion", "", words="Well done.", at=NOW)
        self.evaluate(row, "north", NORTH, TrainingParty.PANEL, overall="good")
        return row
