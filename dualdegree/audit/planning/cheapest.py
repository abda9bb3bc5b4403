"""What is the cheapest way for a student to finish both degrees, term by term, and what is each course for?"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import orm

from dualdegree.audit.dossiers import Dossier, DossierSide
from dualdegree.audit.planning.changes import Added
from dualdegree.audit.planning.plan_recognitions import possible
from dualdegree.audit.service import STATUSES, Include
from dualdegree.core.audit.explain.explanation import DegreeTold, Explanation, explain
from dualdegree.core.audit.explain.words import credits_in_words, name_of
from dualdegree.core.audit.granting import earned_ects
from dualdegree.core.audit.plan.case import load_figure
from dualdegree.core.audit.plan.search import OfferedCourse, Plan, PlanCase, plan
from dualdegree.core.audit.rules import nodes
from dualdegree.core.credit import ects
from dualdegree.core.terms import is_open
from dualdegree.core.text import Message, Text
from dualdegree.programmes.offers import offered_terms

BEGINNING = STATUSES[Include.PLANNED]
"""What a plan goes on from."""
FULL_TERM = Decimal(30)
"""ECTS of half an academic year of full-time study."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReason:
    """What a planned course does for one degree: itself, or what is recognised for it."""

    institution: str
    name: Message
    recognised: bool
    says: tuple[Message, ...]
    counts: Decimal
    """How many ECTS of it are counted in the degree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """One course of a plan, and what it is for."""

    added: Added
    title: Text
    credits: Decimal
    ects: Decimal
    work: str
    """The work that it is; a thesis entered in both registers is one, whatever the number of its courses."""
    reasons: tuple[PlanReason, ...]
    instead: tuple[Message, ...] = ()
    """The courses that could stand in its place at no more cost."""

    @property
    def in_words(self) -> Message:
        """Its credits in its own unit."""
        return credits_in_words(self.credits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan in words. ``steps`` is by term; without a plan it is empty and ``explanation.conflict`` says why."""

    plan: Plan
    explanation: Explanation
    steps: Mapping[str, tuple[PlanStep, ...]]
    milestones: Mapping[str, tuple[Text, ...]]
    """Institution → what is still to come there besides courses."""

    @property
    def added(self) -> tuple[Added, ...]:
        """The courses of the plan, as changes."""
        return tuple(step.added for steps in self.steps.values() for step in steps)

    @property
    def counted(self) -> Mapping[str, Decimal]:
        """Institution → ECTS of the plan that are counted in its degree."""
        totals: dict[str, Decimal] = {}
        for reason in (reason for steps in self.steps.values() for step in steps for reason in step.reasons):
            totals[reason.institution] = totals.get(reason.institution, Decimal(0)) + reason.counts
        return totals

    @property
    def of_record(self) -> Mapping[str, Decimal]:
        """Term → ECTS of work that the record has under way in it, where there is any."""
        return {name: Decimal(load_figure(t.of_record)) for t in self.plan.terms if t.of_record for name in t.names}

    @property
    def totals(self) -> Mapping[str, Decimal]:
        """Term → ECTS of work in it; a work counts once in a term, with the largest of its courses."""
        return {term: _work_in(steps) for term, steps in self.steps.items()}


def _work_in(steps: Sequence[PlanStep]) -> Decimal:
    largest: dict[str, Decimal] = {}
    for step in steps:
        largest[step.work] = max(step.ects, largest.get(step.work, Decimal(0)))
    return sum(largest.values(), Decimal(0))


def offers_of(session: orm.Session, dossier: Dossier, at: dt.datetime) -> tuple[OfferedCourse, ...]:
    """What the student could still take in a term to come, by institution and course."""
    terms = offered_terms(session, [side.curriculum.institution for side in dossier.sides])
    return tuple(_offer(side, code, ahead) for side in dossier.sides for code, ahead in _ahead(side, terms, at))


def planned(
    dossier: Dossier,
    offers: Sequence[OfferedCourse],
    *,
    limit: Decimal | None = None,
    refused: Collection[str] = (),
    away: Mapping[str, str] | None = None,
) -> Planned:
    """The cheapest plan from these offers, with what each course is for. Raises ``Unfinished``.

    It goes on from what is passed, in progress or planned. ``limit`` is how many ECTS fit into one term; ``refused``
    names entries of the equivalence table that give nothing; ``away`` says which terms are spent at which institution.
    """
    useful = [offer for offer in offers if not _stands(dossier, offer)]
    asked = PlanCase(
        case=replace(dossier.case, include=BEGINNING, recognitions=()),
        offers=tuple(useful),
        possible=tuple(possible(dossier, useful, refused)),
        term_limit_ects=limit,
        away=away or {},
    )
    cheapest = plan(asked)
    by_id = {offer.id: offer for offer in useful}
    explanation = explain(cheapest.audited, cheapest.answer)
    steps = {
        term: tuple(_step(cheapest, explanation, by_id, id_, term) for id_ in ids)
        for term, ids in (cheapest.offers or {}).items()
    }
    return Planned(plan=cheapest, explanation=explanation, steps=steps, milestones=_milestones(dossier, cheapest))


def _ahead(
    side: DossierSide, terms: Mapping[tuple[str, str], tuple[str, ...]], at: dt.datetime
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for code in side.curriculum.courses:
        ahead = tuple(term for term in terms.get((side.curriculum.institution, code), ()) if is_open(term, at.date()))
        if ahead:
            yield code, ahead


def _offer(side: DossierSide, code: str, terms: tuple[str, ...]) -> OfferedCourse:
    course = side.curriculum.courses[code]
    return OfferedCourse(
        id=f"{side.curriculum.institution}/{code}/offer",
        institution=side.curriculum.institution,
        course=code,
        credits=course.credits,
        terms=terms,
        tags=course.tags,
        level=course.level,
        language=course.language,
        ects=course.ects,
        work=course.work,
        repeatable=course.repeatable,
        milestone=course.milestone,
        title=course.title,
    )


def _stands(dossier: Dossier, offer: OfferedCourse) -> bool:
    return not offer.repeatable and any(
        (row.institution, row.course) == (offer.institution, offer.course) and row.status in BEGINNING
        for row in dossier.case.record
    )


def _step(
    cheapest: Plan, explanation: Explanation, names: Mapping[str, OfferedCourse], id_: str, term: str
) -> PlanStep:
    attempt = next(row for row in cheapest.audited.record if row.id == id_)
    brings = {
        grant.id
        for recognition in cheapest.audited.recognitions
        if id_ in recognition.sources
        for grant in recognition.grants
    }
    return PlanStep(
        added=Added(term, attempt.institution, attempt.course),
        title=attempt.title,
        credits=attempt.credits,
        ects=earned_ects(attempt, cheapest.audited.degrees),
        work=attempt.work or attempt.id,
        reasons=tuple(
            reason for degree in explanation.degrees for reason in _reasons(cheapest, degree, {id_, *brings})
        ),
        instead=tuple(_called(names[other]) for other in cheapest.alternatives.get(id_, ())),
    )


def _called(offer: OfferedCourse) -> Message:
    return Message("%(title)s (%(code)s)", {"title": offer.title, "code": offer.course})


def _reasons(cheapest: Plan, degree: DegreeTold, items: set[str]) -> Iterator[PlanReason]:
    ratio = next(d.ects_per_credit for d in cheapest.audited.degrees if d.institution == degree.institution)
    claims = cheapest.answer.degrees[degree.id].claims
    for course in degree.courses:
        if course.item in items:
            yield PlanReason(
                institution=degree.institution,
                name=course.name,
                recognised=course.recognised,
                says=course.says,
                counts=ects(course.credits, ratio) if course.item in claims else Decimal(0),
            )


def _milestones(dossier: Dossier, cheapest: Plan) -> dict[str, tuple[Text, ...]]:
    """What is still to come besides courses, in words."""
    listed = {}
    for side in dossier.sides:
        asked = {node.id: node for node in nodes(side.curriculum.degree.requirements)}
        missing = cheapest.milestones.get(side.curriculum.degree.id, ())
        listed[side.curriculum.institution] = tuple(name_of(asked[id_]) for id_ in missing)
    return {institution: names for institution, names in listed.items() if names}
