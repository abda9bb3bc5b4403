"""Who graduates in the tests? Students of two universities that nobody knows, in as many states as there are answers.

North and south are no Beihang and no UPV: other registers, other words, one curriculum each, brought in by the real
importers from the files of this folder, in which one can read what everybody took.
"""

import datetime as dt
from pathlib import Path

import sqlalchemy as sa

from dualdegree import stakes
from dualdegree.accounts import service as accounts
from dualdegree.cli.importing import OfferedFile, take
from dualdegree.conferral import overtaken, voiding
from dualdegree.conferral import service as conferral
from dualdegree.conferral.degrees import later
from dualdegree.core.policy import operator
from dualdegree.jobs.models import Job
from dualdegree.messages.models import Notice
from dualdegree.programmes import service as programmes
from dualdegree.programmes.approving import approve
from dualdegree.recognition import service as recognition
from dualdegree.recognition.moves import service as moves
from dualdegree.recognition.moves.hitting import hit
from dualdegree.recognition.moves.service import WantedMove
from dualdegree.records.models import Enrolment
from dualdegree.records.service import student_numbered
from dualdegree.transcript import documents as issued_documents
from dualdegree.transcript import service as transcripts
from tests.people import NOW, person
from tests.programmes.papers import NORTH, SOUTH
from tests.publishing import publish

FILES = Path(__file__).parent
ENDINGS = dict.fromkeys(("institution", "agreement", "curriculum", "equivalences"), "yaml")
SIDES = {NORTH: "north", SOUTH: "south"}

READY, SHORT, COMING, ONE_SIDED, UNTITLED, ALSO_READY = "N101", "N102", "N103", "N104", "N105", "N106"
"""Both degrees met; one elective failed at south; that elective in progress; enrolled at north only; both met with a
course that has no title in Spanish; both met."""
PEOPLE = {
    "north": ("Njeri Mwangi", ("registrar", NORTH)),
    "south": ("Caio Prado", ("registrar", SOUTH)),
    "elsewhere": ("Ola Nord", ("registrar", "elsewhere.example")),
    "advisor": ("Amina Odhiambo", ("advisor", NORTH)),
    "mei": ("Lin Mei", ("student", NORTH)),
    "ines": ("Inés Muñoz", ("student", NORTH)),
}
"""Who can sign in, and as what; Mei is READY and Inés ONE_SIDED."""

LATER = NOW + dt.timedelta(hours=1)
PUBLIC_URL = "https://verify.example"


def email_of(who):
    """The address with which one of the people signs in."""
    return f"{who}@people.example"


def content(path):
    """A file of this folder."""
    return (FILES / path).read_bytes()


def text(path):
    """A file of this folder as text."""
    return content(path).decode()


class Graduates:
    """Both universities with their people and students; whoever asks may commit."""

    def __init__(self, session):
        self.session = session

    def build(self):
        """Bring them all into an empty database."""
        stakes.after_change("sign-offs", voiding.put)
        stakes.after_change("documents", overtaken.keep)
        stakes.after_change("conferred degrees", later.keep)
        stakes.register("sign-offs", voiding.signed)
        stakes.register("documents", issued_documents.in_force)
        for where, side in SIDES.items():
            self.take("institution", where, content(f"{side}/institution.yaml"), actor=operator(where))
        for who, (name, *roles) in PEOPLE.items():
            person(self.session, email_of(who), *roles, name=name)
        self.take("agreement", NORTH, content("agreement.yaml"))
        for where, side in SIDES.items():
            self.publish(where, content(f"{side}/curriculum.yaml"))
        self.approve(programmes.agreements(self.session, NORTH)[0])
        self.equivalences(content("equivalences.yaml"))
        for kind in ("roster", "grades", "milestones"):
            for where, side in SIDES.items():
                self.take(kind, where, content(f"{side}/{kind}.csv"))
        # Whatever they were told on the way here is read and gone: a test counts what it causes itself.
        for kept_table in (Notice, Job):
            self.session.execute(sa.delete(kept_table))
        return self

    def actor(self, who):
        """One of the people, as everything below the accounts knows them."""
        return accounts.actor_of(accounts.person_of(self.session, email_of(who)))

    def registrar(self, where):
        """The registrar of a university."""
        return self.actor(SIDES[where])

    def take(self, kind, where, given, *, actor=None, at=NOW):
        """Import a file; nothing of it may be rejected."""
        given = given.encode() if isinstance(given, str) else given
        offered = OfferedFile(kind=kind, institution=where, name=f"{kind}.{ENDINGS.get(kind, 'csv')}", content=given)
        report = take(self.session, offered, actor or self.registrar(where), at, confirm=True)
        assert report["rejected"] == []
        return report

    def publish(self, where, given):
        """Import a curriculum and publish it."""
        self.take("curriculum", where, given)
        versions = programmes.curriculum_versions(self.session, ["double"])
        draft = next(item for item in versions if item.institution_id == where and item.published_at is None)
        publish(self.session, draft, self.registrar(where), NOW)

    def approve(self, document, at=NOW):
        """Let both registrars approve an agreement."""
        for where in SIDES:
            approve(self.session, self.registrar(where), document, institution_id=where, at=at, digest=document.digest)

    def agreement(self, given, at=LATER):
        """Bring another agreement into force."""
        self.take("agreement", NORTH, given)
        self.approve(programmes.agreements(self.session, NORTH)[0], at)

    def equivalences(self, given, at=NOW):
        """Bring an equivalence table into force; whoever is in the programme keeps the one before it."""
        self.take("equivalences", SOUTH, given)
        table = recognition.equivalences(self.session, NORTH)[0]
        for where in SIDES:
            recognition.approve_equivalences(
                self.session, self.registrar(where), table, institution_id=where, at=at, digest=table.digest
            )
        return table

    def other_equivalences(self, given, at=LATER):
        """Bring another equivalence table into force, and move everybody to it."""
        table = self.equivalences(given, at)
        self.move(table, *self.session.scalars(sa.select(Enrolment.number)), at=at)
        return table

    def propose(self, table, *numbers, holders=(), by=SOUTH, at=LATER):
        """Let one registrar propose that these students move to the table."""
        students = [self.student(number).id for number in numbers]
        wanted = WantedMove(
            students=students,
            holders=frozenset(self.student(number).id for number in holders),
            reason="The old one was wrong.",
            minute="7/2026",
            seen=hit(self.session, table, students).digest,
        )
        return moves.propose(self.session, self.registrar(by), table, wanted, institution=by, at=at)

    def confirm(self, move, at=LATER):
        """Let the registrar of the other university confirm it."""
        actor, read = self.registrar(move.partner_id), move.digest
        moves.confirm(self.session, actor, move, minute="8/2026", read=read, seen=move.revision, at=at)

    def move(self, table, *numbers, holders=(), at=LATER):
        """Move these students to the table, by both registrars."""
        self.confirm(self.propose(table, *numbers, holders=holders, at=at), at=at)

    def changed(self, kind, where, row, old, new, *, at=LATER):
        """Import one row of a file again, with ``new`` where it had ``old``."""
        header, *rows = text(f"{SIDES[where]}/{kind}.csv").splitlines()
        (line,) = (item for item in rows if item.startswith(row))
        assert old in line
        self.take(kind, where, f"{header}\n{line.replace(old, new)}\n", at=at)

    def more(self, count):
        """As many students more who are where READY is, each with a number of their own."""
        for kind in ("roster", "grades", "milestones"):
            for where, side in SIDES.items():
                header, *rows = text(f"{side}/{kind}.csv").replace(email_of("mei"), "").splitlines()
                like = [row for row in rows if row.startswith(("N101", "S201"))]
                numbers = range(300, 300 + count)
                clones = [
                    row.replace("N101", f"N{item}").replace("S201", f"S{item}") for item in numbers for row in like
                ]
                self.take(kind, where, "\n".join([header, *clones]))

    def student(self, number=READY):
        """The student with this number at either university."""
        return student_numbered(self.session, number)

    def standing(self, number=READY, at=NOW):
        """How far the way to the official transcript is open."""
        return conferral.standing(self.session, self.student(number), at)

    def sign(self, number=READY, *institutions, at=NOW):
        """Sign off today's state for these institutions, or for both."""
        for where in institutions or SIDES:
            digest = self.standing(number, at).state.digest
            conferral.sign_off(
                self.session, self.registrar(where), self.student(number), institution=where, digest=digest, at=at
            )

    def wanted(self, languages=("zh_Hans", "en"), at=NOW):
        """What is asked for when a document is issued."""
        return transcripts.WantedDocument(languages=languages, at=at, public_url=PUBLIC_URL)

    def issue(self, number=READY, languages=("zh_Hans", "en"), at=NOW, by=NORTH):
        """Issue the official transcript."""
        return transcripts.issue(self.session, self.registrar(by), self.student(number), self.wanted(languages, at))
