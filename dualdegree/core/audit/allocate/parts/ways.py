"""In which ways may a piece of some kind be placed, where some rules bind? Worked out once for each kind."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from dualdegree.core.audit.problem.whole_numbers import OUT, Amounts, Options

MOVE = 1 << 64
"""What moving a piece costs, against 1 for each quantum of ECTS left out: no sum of ECTS comes near."""
Mask = int
"""A set of demands or caps: bit n stands for the n-th."""


class Move(NamedTuple):
    """One way to place a piece, as a change to what is reached."""

    option: int
    """The index of the piece's option."""
    leaf: int
    """The demand of the exclusive leaf; -1 for the free pool and out."""
    amount: int
    """What it gives the leaf."""
    gives: Amounts
    losses: Amounts
    """What the piece's best way would give more, by demand."""
    uses: Amounts
    cost: int
    """Steps 3 and 4 in one figure: whether it moves, then the ECTS that it leaves out."""
    counts: bool
    covers: bool
    """Of a leaf that is not full: whether the free pool can be no better."""
    gains: bool
    """Of a leaf: whether it gives anything beside itself that the free pool does not."""
    own: bool
    """Of a leaf that is full: whether it still has something that the free pool has not."""


class Ways:
    """The ways of one kind of piece under the rules that bind."""

    def __init__(self, moves: tuple[Move, ...], most: Amounts, touched: Mask) -> None:
        self.moves = moves
        self.after: dict[int, Ways] = {}
        """By the place that a piece had before, the same ways for it."""
        self.leaves = tuple(move for move in moves if move.leaf >= 0)
        self.free = next((move for move in moves if move.leaf < 0 and move.counts), None)
        self.out = next((move for move in moves if not move.counts), None)
        self.floor = min(move.cost for move in moves)
        # What step 5 takes when only the cheapest ways are allowed: a leaf that is not full, else the fallback.
        self.cheap = tuple(move for move in self.leaves if move.cost == self.floor)
        rest = [self.free, *self.leaves, self.out]
        self.fallback = next(move for move in rest if move is not None and move.cost == self.floor)
        self.size = max([move.amount for move in self.leaves], default=0)
        self.most = most
        uses = [dict(move.uses) for move in moves]
        caps = sorted({cap for own in uses for cap in own})
        self.relief = tuple((cap, max(own.get(cap, 0) for own in uses)) for cap in caps)
        """By cap, the most that the piece may use."""
        self.touched = touched

    @cached_property
    def core(self) -> tuple[Move, ...]:
        """The moves that no other makes needless in steps 2 to 4."""
        return _undominated(self.moves)

    @cached_property
    def linked_core(self) -> tuple[Move, ...]:
        """The same where it also matters whether the piece is counted, because a work may be shared."""
        counted = [move for move in self.moves if move.counts]
        return (*_undominated(counted), *(move for move in self.moves if not move.counts))

    @cached_property
    def amounts(self) -> Amounts:
        """Whatever any move gives, by demand."""
        return tuple(sorted({given for move in self.moves for given in move.gives}))


class WayKind:
    """What does not depend on the student: a kind of piece."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.rank = sum(option.leaf >= 0 for option in options), -max(option.ects for option in options)
        """In the order of step 5: what the fewest leaves take comes first, then the largest."""
        self.can_be_out = len(options) > 1 and options[-1].place == OUT
        self.counted = options[:-1] if self.can_be_out else tuple(options)
        free = next((option for option in self.counted if option.is_free), None)
        instead = free or self.counted[0]
        self.spends: Mask = _mask(cap for cap, _ in instead.uses)
        """The caps that counting the piece uses where it uses the least."""
        uses = [dict(option.uses) for option in self.counted]
        self.uses: Amounts = tuple((cap, max(own.get(cap, 0) for own in uses)) for cap in sorted(set().union(*uses)))
        leaves = {option.leaf for option in self.counted}
        gives = [dict(option.gives) for option in self.counted]
        everywhere = set(gives[0]).intersection(*gives) - leaves
        self.certain: Amounts = tuple(
            (demand, amount) for demand in sorted(everywhere) if (amount := min(own[demand] for own in gives))
        )
        """What it gives to overlays wherever it is counted."""
        self.most: Amounts = tuple(
            (demand, max(own.get(demand, 0) for own in gives)) for demand in sorted(set().union(*gives))
        )
        """By demand, the most that the piece can give."""
        self.demands: Mask = _mask(demand for demand, _ in self.most)
        self.caps: Mask = _mask(cap for cap, _ in self.uses)
        self._known: dict[tuple[Mask, Mask, bool], Ways] = {}

    def ways(self, previous: int | None, demands: Mask, caps: Mask, *, may_be_out: bool) -> Ways:
        """The ways for a piece that was in that place before, where those demands and caps bind."""
        key = self.demands & demands, self.caps & caps, may_be_out
        ways = self._known.get(key)
        if ways is None:
            ways = self._known[key] = self._made(*key)
        if previous is None:
            return ways
        after = ways.after.get(previous)
        if after is None:
            after = ways.after[previous] = self._moved(ways, previous)
        return after

    def _moved(self, ways: Ways, previous: int) -> Ways:
        """The same ways, where all but the one to the previous place cost a move."""
        moves = [
            move if self.options[move.option].place == previous else move._replace(cost=move.cost + MOVE)
            for move in ways.moves
        ]
        if (free := ways.free) is not None:
            cost = next(move.cost for move in moves if move.option == free.option)
            moves = [
                move._replace(covers=move.uses == free.uses and move.cost <= cost, own=move.gains or move.cost < cost)
                if move.leaf >= 0
                else move
                for move in moves
            ]
        return Ways(tuple(moves), ways.most, ways.touched)

    def _made(self, demands: Mask, caps: Mask, may_be_out: bool) -> Ways:
        options = tuple(self.options) if may_be_out or not self.can_be_out else self.counted
        certain = {} if may_be_out and self.can_be_out else dict(self.certain)
        gives = [
            {d: a - certain.get(d, 0) for d, a in option.gives if demands >> d & 1 and a > certain.get(d, 0)}
            for option in options
        ]
        most = _most(gives)
        ects = max(option.ects for option in options)
        costs = [ects - option.ects for option in options]
        uses = [tuple((cap, amount) for cap, amount in option.uses if caps >> cap & 1) for option in options]
        free = next((number for number, option in enumerate(options) if option.is_free), None)
        moves = []
        for number, option in enumerate(options):
            covers, gains, is_own = False, False, True
            if free is not None and option.leaf >= 0:
                covers = uses[number] == uses[free] and costs[number] <= costs[free]
                gains = any(a > gives[free].get(d, 0) for d, a in gives[number].items() if d != option.leaf)
                is_own = gains or costs[number] < costs[free]
            moves.append(
                Move(
                    option=option.index,
                    leaf=option.leaf,
                    amount=gives[number].get(option.leaf, 0),
                    gives=tuple(gives[number].items()),
                    losses=_losses(most, gives[number]),
                    uses=uses[number],
                    cost=costs[number],
                    counts=option.counts,
                    covers=covers,
                    gains=gains,
                    own=is_own,
                )
            )
        # A piece without credits gives a leaf nothing, but where it goes depends on whether the leaf is full.
        touched = _mask(most) | _mask(
            option.leaf for option in options if option.leaf >= 0 and demands >> option.leaf & 1
        )
        return Ways(tuple(moves), tuple(most.items()), touched)


def kind_of(options: Options) -> WayKind:
    """The kind of piece that has these options."""
    kind = options.known.get(WayKind)
    if not isinstance(kind, WayKind):
        kind = options.known[WayKind] = WayKind(options)
    return kind


def _undominated(moves: Sequence[Move]) -> tuple[Move, ...]:
    return tuple(
        [
            move
            for place, move in enumerate(moves)
            if not any(
                _replaces(other, move, is_first=number < place) for number, other in enumerate(moves) if number != place
            )
        ]
    )


def _replaces(other: Move, move: Move, *, is_first: bool) -> bool:
    """Whether the other gives as much, uses no more and costs no more; of two alike the first."""
    if other.cost > move.cost:
        return False
    if other.cost == move.cost and (other.gives, other.uses) == (move.gives, move.uses):
        return is_first
    gives, uses = dict(other.gives), dict(move.uses)
    return all(gives.get(demand, 0) >= amount for demand, amount in move.gives) and all(
        uses.get(cap, 0) >= amount for cap, amount in other.uses
    )


def _most(gives: Iterable[dict[int, int]]) -> dict[int, int]:
    """By demand, the most that is given."""
    most: dict[int, int] = {}
    for own in gives:
        for demand, amount in own.items():
            most[demand] = max(most.get(demand, 0), amount)
    return most


def _losses(most: dict[int, int], gives: dict[int, int]) -> Amounts:
    """By demand, how much less than the most is given."""
    return tuple([(demand, a - b) for demand, a in most.items() if a > (b := gives.get(demand, 0))])


def _mask(numbers: Iterable[int]) -> Mask:
    mask = 0
    for number in numbers:
        mask |= 1 << number
    return mask
