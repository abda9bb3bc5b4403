"""What is the cheapest way to finish both degrees? The fewest ECTS of offered courses with which both are met.

Least ECTS of work goes first, then fewest courses, then the earliest last term; with ``prefer: end`` the last term goes
before both. What is chosen is then begun as early as it can be. A milestone still to come is taken for reached and
listed; so is a mean, unless the case says which grade a course to come brings. Nothing is planned on trust: the engine
must call both degrees met with the plan, and plain code of its own (``check``) recounts what its terms hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import partial

from dualdegree.core.audit import audit
from dualdegree.core.audit.allocate import best, decided, met_by
from dualdegree.core.audit.allocate.effort import Effort
from dualdegree.core.audit.answer import Answer, Blocking
from dualdegree.core.audit.blocking import conflict
from dualdegree.core.audit.check.recount import Mismatch
from dualdegree.core.audit.facts import Case
from dualdegree.core.audit.plan.alternatives import Swaps
from dualdegree.core.audit.plan.calendar import Calendar
from dualdegree.core.audit.plan.check import Begun, check_terms, stay_of
from dualdegree.core.audit.plan.expecting import (
    carried_out,
    existing,
    expecting_milestones,
    ready,
    useful,
    with_brought,
)
from dualdegree.core.audit.plan.means import decided_by_plan, expecting_means, with_grades
from dualdegree.core.audit.plan.milestones import ToCome, still_to_come
from dualdegree.core.audit.plan.posing import added_ects, question_of
from dualdegree.core.audit.plan.program.cheapest import cheapest, closest, is_possible
from dualdegree.core.audit.plan.program.progress import Left, SearchProgress, SearchStage, Watch
from dualdegree.core.audit.plan.program.solver import Unfinished
from dualdegree.core.audit.plan.question import (
    CALENDAR_KEYS,
    OFFER_KEYS,
    OfferedCourse,
    PlanCase,
    PlanQuestion,
    Possible,
    Prefer,
    Schedule,
    StayChoice,
)
from dualdegree.core.audit.problem.posing import Posed, pose

__all__ = [
    "Left",
    "OfferedCourse",
    "Plan",
    "PlanCase",
    "Possible",
    "Prefer",
    "SearchProgress",
    "SearchStage",
    "StayChoice",
    "Unfinished",
    "Watch",
    "plan",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term of a plan. ``names`` are what the calendars call it."""

    names: tuple[str, ...]
    load: Fraction
    """ECTS of work in it, with what the record has under way there."""
    of_record: Fraction
    """How much of it the record has under way."""
    offers: tuple[str, ...]
    """What of the plan runs in it, also what began before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The cheapest plan; where there is none ``offers`` is ``None`` and ``answer`` says why.

    The answer is then that of the offers which come closest, and its conflict that of all offers together.
    """

    offers: Mapping[str, tuple[str, ...]] | None
    """Term → ids of the offers that begin in it, in the order of both."""
    added_ects: Decimal
    audited: Case
    """The case with the chosen offers, and every milestone and mean reached."""
    answer: Answer
    to_come: Mapping[str, ToCome]
    """Degree → the milestones and means still to come: the fewest with which the degree is met."""
    schedule: Schedule
    """What was chosen, by positions of terms; without a plan, what comes closest."""
    terms: tuple[Term, ...] = ()
    """Those in which something of the plan runs, in their order."""
    stay: StayChoice | None = None
    """The stay that is chosen, where one is to be."""
    alternatives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Offer → the offers that could stand in its place at no more cost."""
    held_up_by: tuple[str, ...] = ()
    """Without a plan: the keys of the case that cannot all hold though all offers together would do."""
    is_proven: bool = True
    """Whether nothing is cheaper; false when the search was stopped at its limit of work."""

    @property
    def milestones(self) -> Mapping[str, tuple[str, ...]]:
        """Degree → the milestone requirements still to come."""
        return {degree: come.milestones for degree, come in self.to_come.items() if come.milestones}

    @property
    def only_terms_block(self) -> bool:
        """Whether all offers together would do, and no choice of them over the terms does."""
        return self.offers is None and self.answer.blocking is None


def plan(planned: PlanCase, watch: Watch | None = None) -> Plan:
    """The cheapest plan for a case, or why there is none. Raises ``Unfinished`` when neither was found out.

    ``watch`` is asked again and again meanwhile; once it says no, ``Left`` is raised.
    """
    search = _Search(planned)
    schedule = cheapest(search.question, watch)
    if schedule is None:
        return search.none(watch)
    return search.checked(schedule)


def plan_from(planned: PlanCase, schedule: Schedule) -> Plan:
    """The plan that an earlier search of this very case has found, audited and recounted anew.

    Raises ``Mismatch`` where the schedule is not one of this case.
    """
    return _Search(planned).checked(schedule)


def none_from(planned: PlanCase, schedule: Schedule, blocking: Blocking | None, held_up_by: tuple[str, ...]) -> Plan:
    """Why there is no plan, as an earlier search of this very case has found it."""
    return _Search(planned).explained(schedule, blocking, held_up_by)


class _Search:
    """One case with what of it is of use, and the question that it comes to."""

    def __init__(self, planned: PlanCase) -> None:
        self.planned, self.assumed = planned, planned.assume_grade
        self.offers = useful(planned)
        self.ready = expecting_means(with_grades(ready(planned.case), self.assumed), self.assumed)
        self.base = expecting_milestones(self.ready)
        alone = (Possible(recognition=recognition) for offer in self.offers for recognition in offer.recognitions)
        self.possible = (*planned.possible, *alone)
        first = [(offer, min(offer.terms)) for offer in self.offers]
        self.everything = carried_out(self.base, first, self.possible, self.assumed)
        self.posed = pose(decided_by_plan(self.everything, self.assumed))
        self.calendar = Calendar(planned)
        self.question = self._question(planned)

    def _question(self, planned: PlanCase) -> PlanQuestion:
        return question_of(planned, self.posed, self.everything, self.offers, self.possible)

    def _case(self, begun: Begun) -> Case:
        """The case with the offers that are begun, and the recognitions that they bring."""
        chosen = [(offer, begun[offer.id]) for offer in self.offers if offer.id in begun]
        there = existing(self.possible, {offer.id for offer in self.offers}, set(begun))
        return carried_out(self.base, chosen, there, self.assumed)

    def _begun(self, schedule: Schedule) -> Begun:
        """Offer → the term in which it begins, as the offer calls it."""
        return {
            offer.id: next(t for t in offer.terms if self.calendar.position[t] == schedule.terms[offer.id])
            for offer in self.offers
            if offer.id in schedule.terms
        }

    # Where there is no plan

    def none(self, watch: Watch | None) -> Plan:
        """Why there is no plan: what of the rules cannot be met by all offers, or what of the terms holds them up."""
        posed = pose(expecting_means(self.everything, {}))
        blocking = _blocking(posed)
        held_up_by = () if blocking is not None else self._held_up_by(watch)
        return self.explained(closest(self.question), blocking, held_up_by)

    def explained(self, schedule: Schedule, blocking: Blocking | None, held_up_by: tuple[str, ...]) -> Plan:
        """No plan, for these reasons; ``schedule`` is what comes closest."""
        case = self._case(self._begun(schedule))
        return Plan(
            offers=None,
            added_ects=Decimal(0),
            audited=case,
            answer=replace(audit(case), blocking=blocking),
            to_come={},
            schedule=schedule,
            held_up_by=held_up_by,
        )

    def _held_up_by(self, watch: Watch | None) -> tuple[str, ...]:
        """An irreducible set of keys that cannot all hold."""
        kept, members = self.planned, []
        keys = [key for key in (*CALENDAR_KEYS, *OFFER_KEYS, "assume_grade") if _has(kept, key)]
        for key in keys:
            without = _without(kept, key)
            if is_possible(_Search(without).question, watch):
                members.append(key)
            else:
                kept = without
        return tuple(members)

    # Where there is one

    def checked(self, schedule: Schedule) -> Plan:
        """The plan, audited and recounted. Raises ``Mismatch``, an internal error."""
        begun = self._begun(schedule)
        case, chosen = self._case(begun), [offer for offer in self.offers if offer.id in begun]
        answer = audit(case)
        if not all(degree.met for degree in answer.degrees.values()):
            raise Mismatch("plan", "that both degrees are met", "that they are not")
        terms = self._terms(schedule, chosen)
        check_terms(self.planned, begun, {term.names[0]: term.load for term in terms})
        order = sorted(chosen, key=lambda offer: (schedule.terms[offer.id], begun[offer.id], offer.id))
        offers: dict[str, tuple[str, ...]] = {}
        for offer in order:
            offers[begun[offer.id]] = (*offers.get(begun[offer.id], ()), offer.id)
        brought = with_brought(self.planned.case, case, chosen)
        return Plan(
            offers=offers,
            added_ects=added_ects(self.planned.case, chosen),
            audited=case,
            answer=answer,
            to_come=still_to_come(brought, case, answer),
            schedule=schedule,
            terms=terms,
            stay=stay_of(self.planned, begun),
            alternatives=Swaps(self.planned, self.offers, self.posed, answer, self._finishes).stand_ins(begun),
            is_proven=schedule.is_proven,
        )

    def _finishes(self, begun: Begun) -> bool:
        return met_by(pose(self._case(begun)).problem, Effort()) is not None

    def _terms(self, schedule: Schedule, chosen: Sequence[OfferedCourse]) -> tuple[Term, ...]:
        runs = {offer.id: range(schedule.terms[offer.id], schedule.terms[offer.id] + offer.spans) for offer in chosen}
        loads = self.calendar.loads(self.planned, [(offer, runs[offer.id]) for offer in chosen])
        return tuple(
            Term(
                names=self.calendar.names_of(at),
                load=loads[at][0],
                of_record=loads[at][1],
                offers=tuple(offer.id for offer in chosen if at in runs[offer.id]),
            )
            for at in sorted({at for run in runs.values() for at in run})
        )


def _has(planned: PlanCase, key: str) -> bool:
    if key in OFFER_KEYS:
        return any(getattr(offer, key) for offer in planned.offers)
    return bool(getattr(planned, key))


def _without(planned: PlanCase, key: str) -> PlanCase:
    """The case without one of its keys, or without it in all of its offers."""
    offers = planned.offers
    match key:
        case "term_limit_ects":
            return replace(planned, term_limit_ects=None)
        case "term_limit_courses":
            return replace(planned, term_limit_courses=None)
        case "one_place":
            return replace(planned, one_place=False)
        case "away":
            return replace(planned, away={})
        case "stays":
            return replace(planned, stays=())
        case "end_by":
            return replace(planned, end_by=None)
        case "requires":
            return replace(planned, offers=tuple(replace(offer, requires=()) for offer in offers))
        case "together":
            return replace(planned, offers=tuple(replace(offer, together=()) for offer in offers))
        case "after_ects":
            return replace(planned, offers=tuple(replace(offer, after_ects=None) for offer in offers))
        case _:
            return replace(planned, assume_grade={})


def _blocking(posed: Posed) -> Blocking | None:
    known = best(posed.problem)
    if met_by(posed.problem, known.effort) is not None:
        return None
    return conflict(posed, known.choice, partial(decided, effort=known.effort))
