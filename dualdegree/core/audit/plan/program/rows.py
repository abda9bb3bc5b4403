"""How does the engine's problem read as the rows of an integer model? Places, limits, and that nothing is lacking."""

from collections.abc import Callable, Sequence
from math import gcd

from dualdegree.core.audit.allocate.counting.rows import Taken, taken_by
from dualdegree.core.audit.problem.whole_numbers import Constant, DemandLack, Lack, Least, Option, Problem, Sum, Work

Row = dict[int, int]


def worth_while(options: Sequence[Option]) -> tuple[Option, ...]:
    """The places that could be of use: no other, and not to be counted neither, gives as much and uses no more."""
    may_stay_out = any(not option.counts for option in options)
    if any(option.adds for option in options):
        # What adds to a tally may be of use, or do harm, whatever it gives.
        return tuple(option for option in options if option.counts)
    counted = [option for option in options if option.counts and (option.gives or not may_stay_out)]
    kept: list[Option] = []
    for option in counted:
        if not any(_is_as_good(other, option) for other in kept):
            kept = [*(other for other in kept if not _is_as_good(option, other)), option]
    return tuple(kept)


def _is_as_good(option: Option, other: Option) -> bool:
    gives, uses = dict(option.gives), dict(other.uses)
    return all(gives.get(demand, 0) >= amount for demand, amount in other.gives) and all(
        uses.get(cap, 0) >= amount for cap, amount in option.uses
    )


class Rows:
    """Columns and rows, as they are gathered for one problem. ``may_lack``: what lacks is a cost, not forbidden.

    ``alike`` says which pieces are told from each other by nothing; they share their columns, which count how many of
    them are in a place. Without it every piece is a kind of its own.
    """

    def __init__(self, problem: Problem, *, may_lack: bool, alike: Sequence[Sequence[int]] | None = None) -> None:
        self.problem, self.may_lack = problem, may_lack
        self.alike = [[piece] for piece in range(len(problem.pieces))] if alike is None else alike
        self.uppers: list[int] = []
        self.rows: list[tuple[int | None, int | None, Row]] = []
        self.lack: Row = {}
        self.is_possible = True
        # Not to be counted is to be in none of the columns.
        self.places: list[dict[int, Option]] = [
            {self.column(len(pieces)): option for option in worth_while(problem.pieces[pieces[0]].options)}
            for pieces in self.alike
        ]
        """By kind of piece, the columns of the places in which its pieces are counted."""
        self.kind_of = {piece: kind for kind, pieces in enumerate(self.alike) for piece in pieces}
        self._gives: list[Row] = [{} for _ in problem.demands]
        self._uses: list[Row] = [{} for _ in problem.caps]
        for columns in self.places:
            for column, option in columns.items():
                for demand, amount in option.gives:
                    self._gives[demand][column] = amount
                for cap, amount in option.uses:
                    self._uses[cap][column] = amount
        self._keep_limits()
        self._taken = taken_by(problem.deductions, self._tallied(), self) if problem.deductions else {}

    @property
    def columns(self) -> int:
        """How many there are."""
        return len(self.uppers)

    def column(self, upper: int = 1) -> int:
        """A new one, for a whole number from 0 to ``upper``."""
        self.uppers.append(upper)
        return len(self.uppers) - 1

    def add(self, least: int | None, most: int | None, row: Row) -> None:
        """Hold the sum of the row between ``least`` and ``most``."""
        self.rows.append((least, most, row))

    def hold(self, kind: int, exists: Sequence[int] | None) -> None:
        """Count each piece of a kind in one place at most, and no more than the columns ``exists`` add up to.

        ``None``: they are always there.
        """
        counted, pieces = dict.fromkeys(self.places[kind], 1), self.alike[kind]
        if exists is not None:
            self.add(None, 0, {**counted, **dict.fromkeys(exists, -1)})
        elif all(option.counts for option in self.problem.pieces[pieces[0]].options):
            self.add(len(pieces), len(pieces), counted)
        elif len(counted) > 1:
            self.add(None, len(pieces), counted)

    def counted_in(self, piece: int) -> Row:
        """How many of the piece's kind are counted."""
        return dict.fromkeys(self.places[self.kind_of[piece]], 1)

    def giving(self, piece: int, demand: int) -> Row:
        """How many of the piece's kind are counted where they give to the demand."""
        places = self.places[self.kind_of[piece]]
        return {column: 1 for column, option in places.items() if any(to == demand for to, _ in option.gives)}

    def _tallied(self) -> dict[int, list[Row]]:
        """By tally and kind of piece, what the columns add."""
        tallied: dict[int, list[Row]] = {}
        for columns in self.places:
            own: dict[int, Row] = {}
            for column, option in columns.items():
                for tally, amount in option.adds:
                    own.setdefault(tally, {})[column] = amount
            for tally, row in own.items():
                tallied.setdefault(tally, []).append(row)
        return tallied

    def _keep_limits(self) -> None:
        for cap, uses in zip(self.problem.caps, self._uses, strict=True):
            if cap is not None and uses:
                step = gcd(*uses.values())
                self.add(None, cap // step, {column: amount // step for column, amount in uses.items()})

    def share(self, work: Work, taken: Row) -> int:
        """A column that is 1 where both degrees count the work; for a kind, in how many of its works.

        ``taken`` adds up to how many of them are there, 1 where that is not said.
        """
        native = next(iter((*work.native[0], *work.native[1])))
        column = self.column(len(self.alike[self.kind_of[native]]))
        for degree, other in ((0, 1), (1, 0)):
            for own in work.native[degree]:
                for partner in (*work.native[other], *work.granted[other]):
                    both = {**self.counted_in(own), **self.counted_in(partner)}
                    less = {at: -amount for at, amount in taken.items()}
                    self.add(None, 0 if taken else 1, {**both, **less, column: -1})
        return column

    def lack_nothing(self, unless: Callable[[int, int | None], bool] | None = None) -> None:
        """Ask for whatever the degrees ask for.

        ``unless`` may put rows of its own in the place of what a demand, where a column is 1, asks for, and says so.
        """
        self._unless = unless
        for tree in self.problem.lacks:
            self._lack_nothing(tree, None)

    def _lack_nothing(self, tree: Lack, active: int | None) -> None:
        """Nothing is lacking there, where the column ``active`` is 1 (``None``: always)."""
        match tree:
            case Constant(lack):
                self._lacks_constant(lack, active)
            case DemandLack(demand):
                if self._unless is None or not self._unless(demand, active):
                    self._fill(demand, active)
            case Sum(parts):
                for part in parts:
                    self._lack_nothing(part, active)
            case Least(count, parts):
                columns = [self.column() for _ in parts]
                wanted = {} if active is None else {active: -count}
                self.add(count if active is None else 0, None, {**dict.fromkeys(columns, 1), **wanted})
                for part, column in zip(parts, columns, strict=True):
                    self._lack_nothing(part, column)

    def _lacks_constant(self, lack: int, active: int | None) -> None:
        if not lack:
            return
        if self.may_lack:
            self.lack.update({} if active is None else {active: self.lack.get(active, 0) + lack})
        elif active is None:
            self.is_possible = False
        else:
            self.add(None, 0, {active: 1})

    def _fill_less(self, demand: int, active: int | None, taken: Taken) -> None:
        """Fill a demand off which something comes."""
        row, asked = dict(self._gives[demand]), self.problem.demands[demand]
        for column, amount in taken.row.items():
            row[column] = row.get(column, 0) + amount
        if self.may_lack:
            unit = gcd(asked.need - taken.constant, *row.values()) or 1
            missing = self.column(upper=-(-(asked.need + taken.depth) // unit))
            row[missing], self.lack[missing] = unit, asked.weight * unit
        if active is None:
            self.add(asked.need - taken.constant, None, row)
        else:
            row[active] = row.get(active, 0) - asked.need - taken.depth
            self.add(-taken.constant - taken.depth, None, row)

    def _fill(self, demand: int, active: int | None) -> None:
        if (taken := self._taken.get(demand)) is not None:
            self._fill_less(demand, active, taken)
            return
        gives, weight = self._gives[demand], self.problem.demands[demand].weight
        # All that could fill it comes in steps; so does what is needed, rounded up to one of them.
        step = gcd(*gives.values()) or 1
        need = -(-self.problem.demands[demand].need // step)
        if need <= 0:
            return
        # More than what is needed does no more; the solver's bound is better for not being told of it.
        row = {column: min(amount // step, need) for column, amount in gives.items()}
        if self.may_lack:
            missing = self.column(upper=need)
            row[missing] = 1
            self.lack[missing] = weight * step
        if active is not None:
            row[active] = -need
        self.add(need if active is None else 0, None, row)
