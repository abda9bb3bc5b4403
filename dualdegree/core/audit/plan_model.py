"""Which offers in which terms are cheapest, so that nothing is lacking? An integer model over the engine's problem."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import gcd

import highspy

from dualdegree.core.audit.problem import OUT, Constant, Lack, Least, Of, Problem, Sum

Row = dict[int, int]
INFINITE = highspy.kHighsInf


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """An offer as the model sees it."""

    id: str
    ects: Decimal
    terms: tuple[str, ...]


class Unsolved(ArithmeticError):
    """The solver ended without an answer."""


def cheapest(
    problem: Problem, offers: Sequence[Offered], needs: Sequence[Sequence[str]], term_limit: Decimal | None
) -> Mapping[str, str] | None:
    """Offer → term of the cheapest plan with which no degree lacks anything; ``None`` when there is none.

    ``needs`` says for each piece of the problem which offers must be taken for it to exist.
    """
    model = _Model(problem, offers, needs, term_limit)
    for cost in (model.ects, model.number, model.finish, model.early):
        if not model.settle(cost):
            return None
    return model.schedule()


class _Model:
    """One column for each place of each piece, each term of each offer, and what follows from them."""

    def __init__(
        self, problem: Problem, offers: Sequence[Offered], needs: Sequence[Sequence[str]], term_limit: Decimal | None
    ) -> None:
        self.problem, self.offers = problem, offers
        self.highs = highspy.Highs()  # type: ignore[no-untyped-call]
        self.highs.setOptionValue("output_flag", False)
        # HiGHS 1.15.1 calls some feasible models infeasible when it presolves them.
        self.highs.setOptionValue("presolve", "off")
        self.highs.setOptionValue("threads", 1)
        self.highs.setOptionValue("mip_rel_gap", 0.0)
        self.highs.setOptionValue("mip_abs_gap", 0.0)
        self.columns = 0
        self.terms = sorted({term for offer in offers for term in offer.terms})
        self.when = {(offer.id, term): self._column() for offer in offers for term in sorted(set(offer.terms))}
        self.places = [[self._column() for _ in piece.options] for piece in problem.pieces]
        self._place_each_once(needs)
        self._keep_limits()
        for tree in problem.lacks:
            self._lack_nothing(tree, None)
        self._costs(term_limit)

    # Costs, in the order in which they are made least

    def _costs(self, term_limit: Decimal | None) -> None:
        sizes = _whole([offer.ects for offer in self.offers] + ([term_limit] if term_limit is not None else []))
        size = dict(zip((offer.id for offer in self.offers), sizes, strict=False))
        self.ects: Row = {column: size[offer] for (offer, _), column in self.when.items()}
        self.number: Row = dict.fromkeys(self.when.values(), 1)
        self.early: Row = {column: self.terms.index(term) for (_, term), column in self.when.items()}
        last = self._column(upper=max(0, len(self.terms) - 1))
        self.finish: Row = {last: 1}
        for column, rank in self.early.items():
            self._row(0, None, {last: 1, column: -rank})
        for term in self.terms if term_limit is not None else ():
            self._row(
                None, sizes[-1], {column: size[offer] for (offer, when), column in self.when.items() if when == term}
            )

    # What a plan must keep to

    def _place_each_once(self, needs: Sequence[Sequence[str]]) -> None:
        for offer in self.offers:
            self._row(0, 1, {self.when[offer.id, term]: 1 for term in set(offer.terms)})
        taken = {offer.id: [self.when[offer.id, term] for term in set(offer.terms)] for offer in self.offers}
        for piece, columns in enumerate(self.places):
            self._row(1, 1, dict.fromkeys(columns, 1))
            for needed in needs[piece]:
                self._row(None, 0, {**dict.fromkeys(self._counting(piece), 1), **dict.fromkeys(taken[needed], -1)})

    def _counting(self, piece: int) -> list[int]:
        options = self.problem.pieces[piece].options
        return [column for option, column in zip(options, self.places[piece], strict=True) if option.place != OUT]

    def _amounts(self, number: int, *, gives: bool) -> Row:
        return {
            column: amount
            for piece, columns in zip(self.problem.pieces, self.places, strict=True)
            for option, column in zip(piece.options, columns, strict=True)
            for index, amount in (option.gives if gives else option.uses)
            if index == number and amount
        }

    def _keep_limits(self) -> None:
        for number, cap in enumerate(self.problem.caps):
            if cap is not None:
                self._row(None, cap, self._amounts(number, gives=False))
        if self.problem.shared_cap is None:
            return
        shared: Row = {}
        for work in self.problem.works:
            column = self._column()
            shared[column] = work.ects
            for one, other in ((0, 1), (1, 0)):
                for native in work.native[one]:
                    for partner in (*work.native[other], *work.granted[other]):
                        both = dict.fromkeys((*self._counting(native), *self._counting(partner)), 1)
                        self._row(None, 1, {**both, column: -1})
        self._row(None, self.problem.shared_cap, shared)

    def _lack_nothing(self, tree: Lack, active: int | None) -> None:
        """Nothing is lacking there, where the column ``active`` is 1 (``None``: always)."""
        match tree:
            case Constant(lack):
                if lack:
                    self._row(None, 0, {active: 1}) if active is not None else self._row(1, 1, {})
            case Of(demand):
                need = self.problem.demands[demand].need
                least = 0 if active is not None else need
                self._row(
                    least,
                    None,
                    {**self._amounts(demand, gives=True), **({active: -need} if active is not None else {})},
                )
            case Sum(parts):
                for part in parts:
                    self._lack_nothing(part, active)
            case Least(count, parts):
                columns = [self._column() for _ in parts]
                wanted = {active: -count} if active is not None else {}
                self._row(0 if wanted else count, None, {**dict.fromkeys(columns, 1), **wanted})
                for part, column in zip(parts, columns, strict=True):
                    self._lack_nothing(part, column)

    # The solver

    def _column(self, upper: int = 1) -> int:
        self.highs.addVar(0, upper)
        self.highs.changeColIntegrality(self.columns, highspy.HighsVarType.kInteger)
        self.columns += 1
        return self.columns - 1

    def _row(self, least: int | None, most: int | None, row: Row) -> None:
        lower, upper = -INFINITE if least is None else least, INFINITE if most is None else most
        self.highs.addRow(lower, upper, len(row), list(row), [float(value) for value in row.values()])

    def settle(self, cost: Row) -> bool:
        """Make the cost as small as it can be, and keep it so; false when there is no plan at all."""
        for column in range(self.columns):
            self.highs.changeColCost(column, cost.get(column, 0))
        self.highs.run()
        status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return False
        if status != highspy.HighsModelStatus.kOptimal:
            raise Unsolved(self.highs.modelStatusToString(status))
        self.values = list(self.highs.getSolution().col_value)
        self._row(None, round(self.highs.getObjectiveValue()), cost)
        return True

    def schedule(self) -> dict[str, str]:
        """Offer → term, as last settled."""
        return {offer: term for (offer, term), column in self.when.items() if round(self.values[column]) == 1}


def _whole(figures: Sequence[Decimal]) -> list[int]:
    """The figures as whole multiples of the largest figure that divides them all."""
    places = max((max(0, -int(figure.as_tuple().exponent)) for figure in figures), default=0)
    scaled = [int(figure.scaleb(places)) for figure in figures]
    unit = gcd(*scaled) or 1
    return [figure // unit for figure in scaled]
