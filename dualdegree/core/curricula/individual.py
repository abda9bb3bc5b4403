"""What is recognised for one student alone, by a decision? What is recognised for everybody is in ``equivalence``."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.core.audit.facts import Attempt, Grant, Recognition, Status
from dualdegree.core.curricula.equivalence import Entry, SourceCourse, Target
from dualdegree.core.recognition import RecognitionKind

OUTSIDE = "outside"
"""The institution of work that no register holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideWork:
    """Work that no register holds: what it was, and the credits it is said to be worth in ECTS."""

    title: str
    credits: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class IndividualRecognition:
    """Attempts of the ``partner``, or other work, recognised into a degree of ``institution`` for one student.

    ``key`` names it in every audit; ``sources`` are references of attempts; ``decision`` says who decided, and under
    which number, as documents name the basis.
    """

    key: str
    institution: str
    partner: str
    degree: str
    kind: RecognitionKind
    sources: tuple[str, ...]
    outside: tuple[OutsideWork, ...]
    grants: tuple[Grant, ...]
    decision: str = ""

    def attempts(self) -> tuple[Attempt, ...]:
        """The work that no register holds, as attempts of its own: without grade, worth the credits it is given."""
        return tuple(
            Attempt(
                id=f"{self.key}/outside/{number}",
                institution=OUTSIDE,
                course="–",
                # Two pieces of work are no two attempts at one course.
                repeatable=True,
                credits=work.credits,
                ects=work.credits,
                status=Status.PASSED,
                ungraded_pass=True,
                tags=(self.kind.value,),
                title={"und": work.title},
            )
            for number, work in enumerate(self.outside, start=1)
        )

    def as_core(self) -> Recognition:
        """What an audit reads of it."""
        sources = (*self.sources, *(attempt.id for attempt in self.attempts()))
        return Recognition(id=self.key, degree=self.degree, sources=sources, grants=self.grants)

    def as_entry(self, sources: Mapping[str, Attempt]) -> Entry:
        """The same as the one equivalence that it is for this student; ``sources`` are the attempts by id."""
        rests_on = [sources[source] for source in self.as_core().sources]
        return Entry(
            id=self.key,
            institution=self.partner,
            sources=tuple(
                SourceCourse(code=attempt.course, credits=attempt.credits, ects=attempt.ects) for attempt in rests_on
            ),
            target_institution=self.institution,
            targets=tuple(
                Target(code=grant.course, credits=grant.credits, title=grant.title, tags=grant.tags)
                for grant in self.grants
            ),
            note={},
        )
