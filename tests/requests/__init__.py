"""What do the tests of requests share? Two universities that say who decides, and people for every step."""

import datetime as dt
from decimal import Decimal

from dualdegree.core.audit.facts import Status
from dualdegree.core.recognition import RecognitionKind, RefusalReason
from dualdegree.records.models import RegisteredAttempt
from dualdegree.requests.wanted import OutsideWork, WantedRecognition, Wish
from dualdegree.requests.workflow import asking, deciding, entering
from dualdegree.requests.workflow.deciding import RequestDecision
from tests.graduates import READY, text
from tests.people import NOW, person
from tests.programmes.papers import NORTH, SOUTH

BY_BODY = """\
recognition:
  decided_by: body
  body: {en: Academic committee, es: Comisión Académica}
  legal_basis: {en: "Royal Decree 822/2021, art. 10"}
  appeal: {body: {en: The Rector}, days: 30}
"""
BY_ADVISOR = BY_BODY.replace("decided_by: body", "decided_by: advisor")
CLERKS = {
    "endorser": ("advisor", SOUTH),
    "approver": ("advisor", SOUTH),
    "confirmer": ("advisor", NORTH),
    "committee": ("registrar", SOUTH),
    "second": ("registrar", SOUTH),
}
"""Who acts, and as what; ``south`` of the graduates is a registrar at south as well."""
N3, N2 = f"{NORTH}/N3/2024-2/1", f"{NORTH}/N2/2024-1/1"
ON = dt.date(2026, 11, 23)
FULL = (Wish(course=None, tag="optional", credits=Decimal(4)),)
ELECTIVE = WantedRecognition(degree="south", sources=(N3,), targets=FULL, words="Graphs were part of it.")
EXPERIENCE = WantedRecognition(
    degree="south",
    kind=RecognitionKind.EXPERIENCE,
    outside=(OutsideWork(title="Six months at a laboratory", credits=Decimal(3)),),
    targets=(Wish(course=None, tag="optional", credits=Decimal(3)),),
)
GRANTED = RequestDecision(granted=FULL, on=ON, minute="12/2026")
REFUSED = RequestDecision(
    granted=(), on=ON, minute="13/2026", reason=RefusalReason.CONTENT, explanation="No coincide.", language="es"
)


class Desk:
    """The graduates with everybody whom a request needs; Mei (READY) is the student."""

    def __init__(self, graduates, *, south=BY_BODY):
        self.graduates, self.session = graduates, graduates.session
        for where, side, rules in ((NORTH, "north", BY_ADVISOR), (SOUTH, "south", south)):
            graduates.take("institution", where, text(f"{side}/institution.yaml") + rules)
        for who, role in CLERKS.items():
            person(self.session, f"{who}@people.example", role, name=who.title())

    def actor(self, who):
        return self.graduates.actor(who)

    @property
    def mei(self):
        return self.graduates.student(READY)

    def draft(self, wanted=ELECTIVE):
        return asking.draft(self.session, self.actor("mei"), self.mei, wanted, NOW)

    def submitted(self, wanted=ELECTIVE):
        request = self.draft(wanted)
        asking.submit(self.session, self.actor("mei"), request, seen=request.revision, at=NOW)
        return request

    def confirmed(self, wanted=ELECTIVE):
        request = self.submitted(wanted)
        deciding.endorse(self.session, self.actor("endorser"), request, seen=request.revision, at=NOW)
        deciding.confirm(self.session, self.actor("confirmer"), request, seen=request.revision, at=NOW)
        return request

    def decide(self, request, decision=GRANTED, by="committee", at=NOW):
        deciding.decide(self.session, self.actor(by), request, decision, seen=request.revision, at=at)
        return request

    def decided(self, decision=GRANTED, wanted=ELECTIVE):
        return self.decide(self.confirmed(wanted), decision)

    def enter(self, request, at=NOW):
        entering.enter(self.session, self.actor("south"), request, seen=request.revision, at=at)
        return request

    def entered(self, wanted=ELECTIVE, decision=GRANTED):
        return self.enter(self.decided(decision, wanted))

    def sat(self, course, grade, term="2025-2", status=Status.PASSED, credits_=2):
        """Another attempt of Mei at north."""
        enrolment = next(enrolment for enrolment in self.mei.enrolments if enrolment.institution_id == NORTH)
        self.session.add(
            RegisteredAttempt(
                enrolment=enrolment, institution_id=NORTH, course=course, term=term, sitting="1", titles={},
                credits=Decimal(credits_), status=status.value, grade_as_given=str(grade or ""),
                grade=None if grade is None else Decimal(grade), mention=None,
            )
        )  # fmt: skip
        self.session.flush()
        return f"{NORTH}/{course}/{term}/1"
