"""How does the cheapest way to finish both degrees read, term by term, and what is each course for?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dualdegree.audit.dossiers import Dossier
from dualdegree.audit.planning.changes import Added
from dualdegree.core.audit.explain.explanation import DegreeExplained, Explanation, explain
from dualdegree.core.audit.explain.words import credits_in_words, name_of
from dualdegree.core.audit.granting import earned_ects
from dualdegree.core.audit.plan.case import load_figure
from dualdegree.core.audit.plan.milestones import ToCome
from dualdegree.core.audit.plan.search import OfferedCourse, Plan, PlanCase, Term
from dualdegree.core.audit.rules import nodes
from dualdegree.core.credit import ects
from dualdegree.core.text import Message, Text

HELD_UP_BY: Mapping[str, Message] = {
    "term_limit_ects": Message("the most ECTS in one term"),
    "term_limit_courses": Message("the most courses in one term"),
    "one_place": Message("courses of one institution only in one term"),
    "away": Message("the terms spent at the partner by a learning agreement"),
    "stays": Message("the stays to choose from"),
    "end_by": Message("the last term"),
    "requires": Message("courses that require others"),
    "together": Message("courses that go with others"),
    "after_ects": Message("courses that need so many ECTS before"),
    "assume_grade": Message("the grades that are counted on"),
}
"""What of a question about terms can stand in the way of every plan."""


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
    share: Decimal
    """How many ECTS of it fall into each of the terms that it runs over."""
    spans: int
    reasons: tuple[PlanReason, ...]
    instead: tuple[Message, ...] = ()
    """The courses that could stand in its place at no more cost."""

    @property
    def in_words(self) -> Message:
        """Its credits in its own unit."""
        return credits_in_words(self.credits)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerm:
    """One term of a plan: what begins in it and what goes on from before.

    ``load`` is all ECTS of work in it, and ``of_record`` what of that is in progress or planned already.
    """

    names: tuple[str, ...]
    load: Decimal
    of_record: Decimal
    begins: tuple[PlanStep, ...]
    goes_on: tuple[PlanStep, ...]

    @property
    def added(self) -> Decimal:
        """ECTS of work that the plan adds to the term."""
        return self.load - self.of_record

    @property
    def has_one_work(self) -> bool:
        """Whether courses in it are one work, which counts once, so that they come to more than is added."""
        return sum((step.share for step in (*self.begins, *self.goes_on)), Decimal(0)) > self.added


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan in words. Without a plan ``terms`` is empty, and ``explanation.conflict`` or ``held_up_by`` says why."""

    plan: Plan
    explanation: Explanation
    terms: tuple[PlanTerm, ...]
    to_come: Mapping[str, tuple[Message, ...]]
    """Institution → what is still to come there besides courses."""

    @property
    def added(self) -> tuple[Added, ...]:
        """The courses of the plan, as changes."""
        return tuple(step.added for term in self.terms for step in term.begins)

    @property
    def counted(self) -> Mapping[str, Decimal]:
        """Institution → ECTS of the plan that are counted in its degree."""
        totals: dict[str, Decimal] = {}
        for reason in (reason for term in self.terms for step in term.begins for reason in step.reasons):
            totals[reason.institution] = totals.get(reason.institution, Decimal(0)) + reason.counts
        return totals

    @property
    def has_one_work(self) -> bool:
        """Whether courses of several terms are one work, so that the terms come to more than the work to add."""
        return sum((term.added for term in self.terms), Decimal(0)) > self.plan.added_ects

    @property
    def counts_twice(self) -> bool:
        """Whether more counts in the two degrees together than is work."""
        return sum(self.counted.values(), Decimal(0)) > self.plan.added_ects

    @property
    def held_up_by(self) -> tuple[Message, ...]:
        """What cannot all hold, where only the terms stand in the way."""
        return tuple(HELD_UP_BY[key] for key in self.plan.held_up_by)


def in_words(dossier: Dossier, asked: PlanCase, plan: Plan) -> Planned:
    """The plan that was found for a question about this dossier, with what each course is for."""
    explanation = explain(plan.audited, plan.answer)
    offers = {offer.id: offer for offer in asked.offers}
    begins = {id_: term for term, ids in (plan.offers or {}).items() for id_ in ids}
    brings = _brings(plan, tuple(begins))
    steps = {
        id_: _step(plan, explanation, offers, id_=id_, term=term, brings=brings.get(id_, ()))
        for id_, term in begins.items()
    }
    return Planned(
        plan=plan,
        explanation=explanation,
        terms=tuple(_term(term, steps, begins) for term in plan.terms),
        to_come=_to_come(dossier, plan),
    )


def _term(term: Term, steps: Mapping[str, PlanStep], begins: Mapping[str, str]) -> PlanTerm:
    return PlanTerm(
        names=term.names,
        load=Decimal(load_figure(term.load)),
        of_record=Decimal(load_figure(term.of_record)),
        begins=tuple(steps[id_] for id_ in steps if id_ in term.offers and begins[id_] in term.names),
        goes_on=tuple(steps[id_] for id_ in steps if id_ in term.offers and begins[id_] not in term.names),
    )


def _brings(plan: Plan, order: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Offer → the grants that its passing brings: each stands at the course that completes what it rests on."""
    brings: dict[str, tuple[str, ...]] = {}
    for recognition in plan.audited.recognitions:
        for id_ in [offer for offer in order if offer in recognition.sources][-1:]:
            brings[id_] = (*brings.get(id_, ()), *(grant.id for grant in recognition.grants))
    return brings


def _step(
    plan: Plan,
    explanation: Explanation,
    offers: Mapping[str, OfferedCourse],
    *,
    id_: str,
    term: str,
    brings: Sequence[str],
) -> PlanStep:
    attempt, offer = next(row for row in plan.audited.record if row.id == id_), offers[id_]
    size, items = earned_ects(attempt, plan.audited.degrees), {offer.id, *brings}
    return PlanStep(
        added=Added(term, attempt.institution, attempt.course),
        title=attempt.title,
        credits=attempt.credits,
        ects=size,
        share=Decimal(load_figure(Fraction(size) / offer.spans)),
        spans=offer.spans,
        reasons=tuple(reason for degree in explanation.degrees for reason in _reasons(plan, degree, items)),
        instead=tuple(_called(offers[other]) for other in plan.alternatives.get(id_, ())),
    )


def _called(offer: OfferedCourse) -> Message:
    return Message("%(title)s (%(code)s)", {"title": offer.title, "code": offer.course})


def _reasons(plan: Plan, degree: DegreeExplained, items: set[str]) -> Iterator[PlanReason]:
    ratio = next(d.ects_per_credit for d in plan.audited.degrees if d.institution == degree.institution)
    claims = plan.answer.degrees[degree.id].claims
    for course in degree.courses:
        if course.item in items:
            yield PlanReason(
                institution=degree.institution,
                name=course.name,
                recognised=course.recognised,
                says=course.says,
                counts=ects(course.credits, ratio) if course.item in claims else Decimal(0),
            )


def _to_come(dossier: Dossier, plan: Plan) -> dict[str, tuple[Message, ...]]:
    """What is still to come besides courses."""
    listed = {}
    for side in dossier.sides:
        come = plan.to_come.get(side.curriculum.degree.id)
        names = {node.id: name_of(node) for node in nodes(side.curriculum.degree.requirements)}
        listed[side.curriculum.institution] = tuple(_each_to_come(come, names)) if come else ()
    return {institution: words for institution, words in listed.items() if words}


def _each_to_come(come: ToCome, names: Mapping[str, Text]) -> Iterator[Message]:
    for id_ in come.milestones:
        yield Message("%(name)s", {"name": names[id_]})
    for id_, mean in come.means.items():
        if mean is None:
            yield Message("%(name)s (no course to come counts for it)", {"name": names[id_]})
        else:
            words = {"name": names[id_], "mean": mean}
            yield Message("%(name)s (the courses to come need a mean of %(mean)s)", words)
