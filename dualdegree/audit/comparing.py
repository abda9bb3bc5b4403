"""How does a student stand before and after a change? The audit as it is beside the answer to another case."""

from dataclasses import dataclass, replace
from decimal import Decimal

from dualdegree.audit.service import Audit
from dualdegree.core.audit import audit
from dualdegree.core.audit.answer import Answer
from dualdegree.core.audit.case.previous import carried
from dualdegree.core.audit.explain.compare import Comparison, Judged, compare
from dualdegree.core.audit.facts import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Both degrees before and after, in one kind of audit; ``proven``: whether both answers are."""

    comparison: Comparison
    proven: bool
    shared: tuple[Decimal, Decimal]
    """The ECTS that count in both degrees, before and after."""
    shared_limit: Decimal | None
    """The most that may."""


def compared(before: Audit, after: Case) -> Effect:
    """An audit beside what it would be for another case of the same student. Nothing is stored.

    The attempts that count are those of ``before``, and of its answer as little is moved as can be. The very same case
    is not judged again.
    """
    held = Judged(case=before.question.case, answer=before.answer)
    case = replace(after, include=held.case.include)
    if replace(case, previous=held.case.previous) == held.case:
        return _effect(held, held)
    return _effect(held, judged(case, held.answer))


def judged(case: Case, before: Answer | None = None) -> Judged:
    """The answer to a case that nobody stores; of an answer ``before`` it as little is moved as can be."""
    asked = replace(case, previous=carried(case, before)) if before is not None else case
    return Judged(case=asked, answer=audit(asked))


def _effect(before: Judged, after: Judged) -> Effect:
    return Effect(
        comparison=compare(before, after),
        proven=before.answer.proven and after.answer.proven,
        shared=(before.answer.shared.ects, after.answer.shared.ects),
        shared_limit=after.answer.shared.at_most,
    )
