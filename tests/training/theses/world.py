"""A thesis of both universities of the tests, as far as a test wants it to have come."""

import datetime as dt

from dualdegree.accounts.service import actor_of, grant_role, person_of
from dualdegree.core.policy import Role, operator
from dualdegree.core.training.defences import CommitteeMember, Opinion, Review, Votes
from dualdegree.core.training.theses import ENTERPRISE
from dualdegree.programmes.models import Institution
from dualdegree.training.enterprises import service as enterprises
from dualdegree.training.enterprises.service import EnterpriseFacts
from dualdegree.training.mentors import service as mentors
from dualdegree.training.mentors.models import MentorKind
from dualdegree.training.mentors.service import MentorFacts
from dualdegree.training.theses.workflow import defending, gating, proposing
from dualdegree.training.theses.workflow.defending import Defence
from tests.graduates import READY, email_of
from tests.people import NOW, person
from tests.programmes.papers import NORTH, SOUTH

LAW = "{en: the law}"
NORTHERN = f"""\
theses:
  kinds: {{thesis: {{en: Thesis}}, software: {{en: Software}}}}
  gates:
    - {{id: topic, title: {{en: Topic}}, signed_by: [supervisor, partner]}}
    - {{id: proposal, title: {{en: Proposal}}, signed_by: [supervisor, mentor]}}
  reviews: {{at_least: "1", in_favour: "1"}}
  committee: {{at_least: "3", in_favour: 2/3, source: {LAW}}}
  defence: shared
  again: {{times: "1", from_days: "30", within_days: "100"}}
  counts: {{milestone: defence}}
"""
SOUTHERN = f"""\
theses:
  kinds: {{thesis: {{en: Thesis}}}}
  gates:
    - {{id: topic, title: {{en: Topic}}, signed_by: [supervisor]}}
  committee: {{at_least: "3", in_favour: 1/2, of: votes, source: {LAW}}}
  defence: shared
  again: {{times: "1", from_days: "30", within_days: "100"}}
  counts: {{course: S9}}
"""
TITLE = {"en": "Graphs that learn", "es": "Grafos que aprenden"}
DAY = dt.date(2026, 11, 20)
COMMITTEE = (
    CommitteeMember(name="He Jing", affiliation="North", chair=True),
    CommitteeMember(name="Ana Gil", affiliation="South"),
    CommitteeMember(name="Sam Ito", affiliation="Institute of Machines", external=True),
)
REVIEW = Review(reviewer="Rui Paz", affiliation="Elsewhere", on=dt.date(2026, 11, 1), opinion=Opinion.FAVOURABLE)
HELD = Defence(on=DAY, members=COMMITTEE, votes=Votes(in_favour=3, against=0), place="Room 1", grades={SOUTH: "9.0"})


class Theses:
    """The graduates, whose universities ask for theses."""

    def __init__(self, graduates, *, southern=SOUTHERN):
        self.graduates, self.session = graduates, graduates.session
        for where, rules in ((NORTH, NORTHERN), (SOUTH, southern)):
            graduates.take("institution", where, self.session.get(Institution, where).profile + rules)
        self.people = {
            "supervisor": person_of(self.session, email_of("advisor")),
            "partner": person(self.session, "partner@people.example", ("advisor", SOUTH), name="Paz Partner"),
            "mentor": self._mentor(),
        }

    def _mentor(self):
        somebody = person(self.session, "mentor@works.example", name="Rut Vidal")
        south = self.graduates.registrar(SOUTH)
        works = EnterpriseFacts(names={"en": "Works"}, country="ES", identifier="B-12345674", place="Alcoi")
        facts = MentorFacts(
            kind=MentorKind.ENTERPRISE, name="Rut Vidal", email="mentor@works.example", qualification="Engineer",
            enterprise=enterprises.save_enterprise(self.session, south, SOUTH, works, at=NOW),
        )  # fmt: skip
        mentors.save_mentor(self.session, south, SOUTH, facts, at=NOW)
        grant_role(self.session, operator(SOUTH), somebody, Role.MENTOR, SOUTH, at=NOW)
        return somebody

    def actor(self, who):
        """One of the people, as services know them."""
        return actor_of(self.people[who]) if who in self.people else self.graduates.actor(who)

    def student(self):
        return self.graduates.student(READY)

    def proposed(self, **others):
        """A thesis with its supervisors."""
        named = {NORTH: self.people["supervisor"].id, SOUTH: self.people["partner"].id}
        wanted = {"kind": "thesis", "title": TITLE, "supervisors": {**named, ENTERPRISE: self.people["mentor"].id}}
        return proposing.propose(self.session, self.actor("mei"), self.student(), **{**wanted, **others}, at=NOW)

    def hand_in(self, thesis, gate, words="A summary."):
        gating.hand_in(self.session, self.actor("mei"), thesis, gate, words, seen=thesis.revision, at=NOW)

    def sign(self, thesis, gate, who):
        gating.sign(self.session, self.actor(who), thesis, gate, "", seen=thesis.revision, at=NOW)

    def through_gates(self):
        """A thesis whose stages are all signed."""
        thesis = self.proposed()
        for gate, signers in (("topic", ("supervisor", "partner")), ("proposal", ("supervisor", "mentor"))):
            self.hand_in(thesis, gate)
            for who in signers:
                self.sign(thesis, gate, who)
        return thesis

    def review(self, thesis, given=REVIEW):
        defending.review(self.session, self.actor("north"), thesis, given, seen=thesis.revision, at=NOW)

    def reviewed(self):
        """A thesis that can be defended."""
        thesis = self.through_gates()
        self.review(thesis)
        return thesis

    def defend(self, thesis, held=HELD, who="south", where=SOUTH):
        return defending.record(self.session, self.actor(who), thesis, where, held, seen=thesis.revision, at=NOW)
