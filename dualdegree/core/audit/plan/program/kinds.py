"""Which offers are told from each other by nothing? They are one kind, and a model only counts how many are taken.

Half of a catalogue may be electives that the same rules take, of one size: as many columns and no reason to try which.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dualdegree.core.audit.plan.question import Offered, PlanQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferGroup:
    """Offers of a kind that can begin in the same terms."""

    offers: tuple[Offered, ...]

    @property
    def like(self) -> Offered:
        """What all of them are like."""
        return self.offers[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferKind:
    """Offers that serve the same at the same cost, in groups by when they can begin."""

    groups: tuple[OfferGroup, ...]
    work: int | None
    """The first of their shared works, if both degrees could count them: its position in the problem."""
    pieces: tuple[tuple[int, ...], ...]
    """The pieces that they bring; those that stand beside each other are alike."""


def kinds_of(question: PlanQuestion) -> tuple[OfferKind, ...]:
    """All offers that can begin at all, in kinds, in the order of the ids of their first."""
    own = _pieces(question)
    by_itself = _by_themselves(question)
    work_of = {piece: at for at, work in enumerate(question.problem.works) for side in work.native for piece in side}
    kinds: dict[object, list[Offered]] = {}
    for offer in question.offers:
        if not offer.starts:
            continue
        pieces = own.get(offer.id, ())
        like = tuple((_rank(question, piece), piece in work_of) for piece in pieces)
        # Where values are counted or limited apart, offers that the same rules take can still bring different ones.
        is_single = offer.id in by_itself or bool(question.problem.deductions)
        key = offer.id if is_single else (offer.institution, offer.ects, like)
        kinds.setdefault(key, []).append(offer)
    return tuple(
        OfferKind(
            groups=tuple(_groups(offers)),
            work=next((work_of[piece] for piece in own.get(offers[0].id, ()) if piece in work_of), None),
            pieces=tuple(zip(*(own.get(offer.id, ()) for offer in offers), strict=True)),
        )
        for offers in kinds.values()
    )


def _groups(offers: Sequence[Offered]) -> Iterator[OfferGroup]:
    groups: dict[object, list[Offered]] = {}
    for offer in offers:
        groups.setdefault((offer.starts, offer.spans, offer.remote), []).append(offer)
    for alike in groups.values():
        yield OfferGroup(offers=tuple(alike))


def _pieces(question: PlanQuestion) -> dict[str, tuple[int, ...]]:
    """Offer → its pieces, so that those of offers that are alike stand beside each other."""
    own: dict[str, list[int]] = {}
    for piece, needed in enumerate(question.rests_on):
        if needed is not None:
            own.setdefault(needed, []).append(piece)
    return {offer: tuple(sorted(pieces, key=lambda piece: _rank(question, piece))) for offer, pieces in own.items()}


def _rank(question: PlanQuestion, piece: int) -> tuple[object, ...]:
    """All that a degree's rules can tell of a piece."""
    degree, _, options, _ = question.problem.pieces[piece]
    return degree, tuple((option.place, option.gives, option.uses) for option in options)


def _by_themselves(question: PlanQuestion) -> set[str]:
    """The offers that something else tells from others like them."""
    apart = {offer.id for offer in question.offers if offer.work or offer.needs or offer.beside or offer.after}
    for offer in question.offers:
        apart |= {other for courses, _ in (*offer.needs, *offer.beside) for other in courses}
    for condition in question.conditions:
        apart |= {*condition.needs, *condition.unless}
        apart |= {question.alone[before] for before in condition.after if before in question.alone}
    return apart
