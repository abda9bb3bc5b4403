"""What is each course of an audit worth in ECTS, what was said of it, and does it count in both degrees?"""

from collections.abc import Iterator
from decimal import Decimal

from dualdegree.core.audit.answer import Answer
from dualdegree.core.audit.check.holdings import held
from dualdegree.core.audit.explain.explanation import Explanation
from dualdegree.core.audit.facts import Attempt, Case, Grant
from dualdegree.core.audit.granting import earned_ects
from dualdegree.core.credit import ects
from dualdegree.core.text import Message

OWN, RECOGNISED, SHARED, REFUSED = "own", "recognised", "shared", "refused"
"""How a ribbon is drawn: in its own degree, in the other one, counted in both, recognised but not counted."""


IN_BOTH = Message("in both degrees")
IN_BOTH_EXEMPT = Message("in both degrees, outside the limit")


class PictureStanding:
    """One audit, looked up by its courses."""

    def __init__(self, case: Case, answer: Answer, explanation: Explanation) -> None:
        self.case, self.explanation = case, explanation
        self.exempt = set(answer.shared.exempt)
        self.both = {*answer.shared.works, *answer.shared.exempt}
        self.claims = {degree.id: answer.degrees[degree.id].claims for degree in case.degrees}
        self.rules = {degree.id: degree for degree in case.degrees}
        self.items = {degree.id: held(case, degree) for degree in case.degrees}
        self.side = {degree.institution: side for side, degree in enumerate(explanation.degrees)}
        self.said = {(degree.id, course.item): course for degree in explanation.degrees for course in degree.courses}

    def record(self) -> Iterator[Attempt]:
        """The attempts at the universities of the degrees."""
        return (attempt for attempt in self.case.record if attempt.institution in self.side)

    def ects(self, attempt: Attempt) -> Decimal:
        """What an attempt is worth in ECTS."""
        return earned_ects(attempt, self.case.degrees)

    def granted(self, degree: str, grant: Grant) -> Decimal:
        """What a grant into a degree is worth in ECTS."""
        return ects(grant.credits, self.rules[degree].ects_per_credit)

    def _is_counted(self, attempt: Attempt) -> bool:
        return any(
            attempt in item.rests_on and item.id in self.claims[degree]
            for degree, items in self.items.items()
            for item in items.values()
        )

    def shared(self, attempt: Attempt) -> Message | None:
        """That the work counts in both degrees, if it does."""
        work = attempt.work or attempt.id
        if work not in self.both or not self._is_counted(attempt):
            return None
        return IN_BOTH_EXEMPT if work in self.exempt else IN_BOTH

    def tone(self, attempt: Attempt, otherwise: str) -> str:
        """How whatever the attempt brings is drawn where it counts."""
        return SHARED if self.shared(attempt) else otherwise
