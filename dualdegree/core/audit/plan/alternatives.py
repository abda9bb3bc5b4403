"""Which other offers could stand in the place of each course of a plan, at no more cost?

The other courses stay in their terms; the plan with the other offer keeps to everything, is no more work and ends no
later. Where the other offer serves the very places of the course, that is plain; otherwise the engine is asked, for
as many offers of one size as ``MOST_ASKED`` allows.
"""

from collections.abc import Callable, Mapping, Sequence

from dualdegree.core.audit.answer import Answer
from dualdegree.core.audit.plan.calendar import Calendar, ects_of
from dualdegree.core.audit.plan.check import Times, refusal
from dualdegree.core.audit.plan.posing import added_ects
from dualdegree.core.audit.plan.question import OfferedCourse, PlanCase
from dualdegree.core.audit.problem.posing import Posed
from dualdegree.core.audit.problem.whole_numbers import OUT, Option, Piece

MOST_ASKED = 60
"""How many offers the engine is asked about for one plan."""

Begun = Mapping[str, str]


class Swaps:
    """The swaps of one plan. ``posed`` is the case with all offers; ``finishes`` asks the engine about a plan."""

    def __init__(
        self,
        planned: PlanCase,
        offers: Sequence[OfferedCourse],
        posed: Posed,
        answer: Answer,
        finishes: Callable[[Begun], bool],
    ) -> None:
        self.planned, self.offers, self.finishes = planned, offers, finishes
        self.calendar = Calendar(planned)
        by_offer = {grant.id: offer.id for offer in offers for r in offer.recognitions for grant in r.grants}
        by_offer |= {offer.id: offer.id for offer in offers}
        names = [side.degree.id for side in posed.sides]
        self.pieces: dict[str, list[Piece]] = {}
        for piece in posed.problem.pieces:
            if piece.id in by_offer:
                self.pieces.setdefault(by_offer[piece.id], []).append(piece)
        self.place = {
            piece.id: posed.sides[piece.degree].place(answer.degrees[names[piece.degree]].claims[piece.id])
            for piece in posed.problem.pieces
            if piece.id in answer.degrees[names[piece.degree]].claims
        }
        self.times, self.cost = Times(planned), {offer.id: ects_of(offer, planned.case) for offer in offers}
        self.limited = {
            posed.problem.pieces[at].id for work in posed.problem.works for own in work.native for at in own
        }
        named = {course for offer in offers for courses in (*offer.requires, offer.together) for course in courses}
        bound = {id_ for other in planned.possible for id_ in (*other.recognition.sources, *other.unless)}
        self.plain = {offer.id for offer in offers if not (offer.work or offer.course in named or offer.id in bound)}
        """The offers that nothing but their own keys tells from others."""
        self.adds_up = not posed.problem.deductions
        """Whether what an offer gives says all; where values are counted apart, the engine has to be asked."""
        self.asked = 0
        self._serving: dict[tuple[str, object], bool] = {}
        self._term: dict[tuple[str, object], str | None] = {}

    def stand_ins(self, begun: Begun) -> dict[str, tuple[str, ...]]:
        """Offer of the plan → the offers that could stand in its place; without those for which there is none."""
        swaps = {}
        for offer in self.offers:
            if offer.id in begun:
                rest = {id_: term for id_, term in begun.items() if id_ != offer.id}
                others = (other for other in self.offers if other.id not in begun)
                swaps[offer.id] = tuple(other.id for other in others if self._may(offer, other, begun, rest))
        return {offer: others for offer, others in swaps.items() if others}

    def _may(self, offer: OfferedCourse, other: OfferedCourse, begun: Begun, rest: Begun) -> bool:
        if not self._is_no_more(offer, other, begun, rest):
            return False
        is_plain = {offer.id, other.id} <= self.plain
        fits = is_plain and self.adds_up and not self.planned.assume_grade and self._fits(offer, other)
        key = offer.id, self._kind(other) if other.id in self.plain else other.id
        if not fits and (self._serving.get(key) is False or (key not in self._serving and self.asked >= MOST_ASKED)):
            return False
        term = self._term_of(offer, other, begun, rest)
        if term is None or fits:
            return term is not None
        if key not in self._serving:
            self.asked += 1
            self._serving[key] = self.finishes({**rest, other.id: term})
        return self._serving[key]

    def _is_no_more(self, offer: OfferedCourse, other: OfferedCourse, begun: Begun, rest: Begun) -> bool:
        """Whether the other is no more work in the place of the offer."""
        if not (offer.work or other.work):
            return self.cost[other.id] <= self.cost[offer.id]
        with_other = [course for course in self.offers if course.id in rest or course.id == other.id]
        return added_ects(self.planned.case, with_other) <= added_ects(
            self.planned.case, [course for course in self.offers if course.id in begun]
        )

    def _term_of(self, offer: OfferedCourse, other: OfferedCourse, begun: Begun, rest: Begun) -> str | None:
        """The first term in which the other could stand there, if there is one."""
        like = (other.institution, self.cost[other.id], other.terms, other.spans, other.remote)
        key = offer.id, (*like, other.requires, other.together, other.after_ects, other.id in self.plain or other.id)
        if key not in self._term:
            end = self._end(begun)
            self._term[key] = next(
                (
                    term
                    for term in sorted(other.terms, key=self.calendar.position.__getitem__)
                    if self._end(plan := {**rest, other.id: term}) <= end
                    and refusal(self.planned, plan, self.times) is None
                ),
                None,
            )
        return self._term[key]

    def _kind(self, other: OfferedCourse) -> object:
        own = self.pieces.get(other.id, ())
        return other.institution, tuple((p.degree, p.options) for p in sorted(own, key=lambda p: (p.degree, p.id)))

    def _fits(self, offer: OfferedCourse, other: OfferedCourse) -> bool:
        """Whether the other has a piece for each counted one that gives as much in its place, and uses no more."""
        if other.id in self.limited and offer.id not in self.limited:
            return False
        free = list(self.pieces.get(other.id, ()))
        for piece in self.pieces.get(offer.id, ()):
            if piece.id in self.place:
                option = _in(piece, self.place[piece.id])
                match = next(
                    (p for p in free if p.degree == piece.degree and _is_as_good(_in(p, self.place[piece.id]), option)),
                    None,
                )
                if match is None:
                    return False
                free.remove(match)
        return all(any(option.place == OUT for option in piece.options) for piece in free)

    def _end(self, begun: Begun) -> int:
        spans = {offer.id: offer.spans for offer in self.offers}
        return max((self.calendar.position[term] + spans[id_] for id_, term in begun.items()), default=0)


def _in(piece: Piece, place: int) -> Option | None:
    return next((option for option in piece.options if option.place == place), None)


def _is_as_good(option: Option | None, other: Option | None) -> bool:
    if option is None or other is None:
        return False
    gives, uses = dict(option.gives), dict(other.uses)
    return all(gives.get(demand, 0) >= amount for demand, amount in other.gives) and all(
        uses.get(cap, 0) >= amount for cap, amount in option.uses
    )
