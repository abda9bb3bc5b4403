"""Which recognitions could the courses of a plan bring, and which of them would give way to which?"""

from collections.abc import Collection, Iterator, Sequence

from dualdegree.audit.dossiers import Dossier, barred_from
from dualdegree.core.audit.facts import Attempt, Status
from dualdegree.core.audit.plan.search import OfferedCourse, Possible
from dualdegree.core.curricula.equivalence import Entry
from dualdegree.recognition import service as recognition


def possible(dossier: Dossier, offers: Sequence[OfferedCourse], refused: Collection[str] = ()) -> Iterator[Possible]:
    """Every recognition that the record and the offers could bring, in the order in which the ledger tries them.

    What only a decision gives comes first; each other entry of the table, but those ``refused``, is asked by itself,
    first those that are earned already. Each gives way to those before it that spend the same course or grant the same
    one, and to the granted course itself.
    """
    by_itself = [_alone(dossier, entry, offers) for entry in dossier.entries if entry.id not in refused]
    by_rule = sorted((given for given in by_itself if given is not None), key=lambda given: not given.earned)
    ruled = {given.entry.id for given in by_rule}
    ranked = [*(given for given in dossier.recognised.given if given.entry.id not in ruled), *by_rule]
    for position, given in enumerate(ranked):
        yield Possible(
            recognition=given.recognition,
            unless=tuple(offer.id for offer in offers if _is_target(offer, given.entry)),
            after=tuple(before.entry.id for before in ranked[:position] if _collide(before, given)),
        )


def _alone(dossier: Dossier, entry: Entry, offers: Sequence[OfferedCourse]) -> recognition.Given | None:
    """What the entry would give if it were the only one, and every course that it begins from were taken."""
    curricula = [side.curriculum for side in dossier.every_side]
    taken = [_attempt(offer) for offer in offers if offer.institution == entry.institution]
    barred, record = barred_from(dossier.every_side), (*dossier.case.record, *taken)
    recognised = recognition.recognised_by([entry], curricula, record, dossier.rules.grading, barred=barred)
    recognised = recognised.into([side.curriculum.degree.id for side in dossier.sides])
    return recognised.given[0] if recognised.given else None


def _attempt(offer: OfferedCourse) -> Attempt:
    return Attempt(
        id=offer.id,
        institution=offer.institution,
        course=offer.course,
        credits=offer.credits,
        status=Status.PLANNED,
        term=max(offer.terms),
        repeatable=offer.repeatable,
    )


def _is_target(offer: OfferedCourse, entry: Entry) -> bool:
    return offer.institution == entry.target_institution and offer.course in entry.target_courses


def _collide(given: recognition.Given, other: recognition.Given) -> bool:
    same_degree = given.degree == other.degree
    same_source = bool(set(given.entry.source_courses) & set(other.entry.source_courses))
    same_target = bool(set(given.entry.target_courses) & set(other.entry.target_courses))
    return same_degree and (same_source or same_target)
