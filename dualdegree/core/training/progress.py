"""How far has a thesis come, and which value of it may stand on a document?"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dualdegree.core.text import Text
from dualdegree.core.training.defences import IN_FAVOUR, DefenceOutcome, Review
from dualdegree.core.training.theses import GateStanding, StageGate, ThesisRules, is_passed


class ThesisStage(StrEnum):
    """How far a thesis has come, from the first to the last."""

    GATES = "gates"
    REVIEWS = "reviews"
    CORRECTIONS = "corrections"
    """Not passed; the corrections have to be confirmed before it is defended again."""
    DEFENCE = "defence"
    ENTRY = "entry"
    """Passed; a registrar has to enter it."""
    COUNTED = "counted"
    NOT_PASSED = "not_passed"


ORDER = tuple(ThesisStage)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDefence:
    """One defence as one institution sees it."""

    on: dt.date
    outcome: DefenceOutcome
    corrected: bool = False
    entered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DefendedThesis:
    """A thesis that is passed and entered, as a document of one institution may state it.

    ``grade`` is the grade as given on the institution's own scale, None where it gives none; ``embargo_until`` is None
    where its text is not held back.
    """

    institution: str
    kind: Text
    title: Text
    supervisors: tuple[str, ...]
    defended_on: dt.date
    grade: str | None
    embargo_until: dt.date | None


def stage_at(
    rules: ThesisRules,
    gates: Sequence[StageGate],
    standings: Mapping[str, GateStanding],
    reviews: Sequence[Review],
    held: Sequence[HeldDefence],
) -> ThesisStage:
    """How far it has come for the degree of one institution; ``held`` are its defences, oldest first."""
    if held:
        return _after(held[-1])
    own = [gate for gate in gates if rules.institution in gate.institutions]
    if not all(is_passed(gate, standings.get(gate.id)) for gate in own):
        return ThesisStage.GATES
    favourable = [review for review in reviews if review.opinion in IN_FAVOUR]
    if len(reviews) < rules.reviews.at_least or len(favourable) < rules.reviews.in_favour:
        return ThesisStage.REVIEWS
    return ThesisStage.DEFENCE


def _after(last: HeldDefence) -> ThesisStage:
    match last.outcome:
        case DefenceOutcome.PASSED:
            return ThesisStage.COUNTED if last.entered else ThesisStage.ENTRY
        case DefenceOutcome.TO_CORRECT:
            return ThesisStage.DEFENCE if last.corrected else ThesisStage.CORRECTIONS
        case DefenceOutcome.NOT_PASSED:
            return ThesisStage.NOT_PASSED


def stage_of(stages: Iterable[ThesisStage]) -> ThesisStage:
    """How far it has come for all degrees together: as far as for the one that is furthest behind."""
    return min(stages, key=ORDER.index, default=ThesisStage.GATES)
