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
        self.leaves = tuple([move for move in moves if move.leaf >= 0])
        self.free: Move | None = None
        self.out: Move | None = None
        relief: dict[int, int] = {}
        for move in moves:
            if not move.counts:
                self.out = self.out or move
            elif move.leaf < 0:
                self.free = self.free or move
            for cap, amount in move.uses:
                if amount > relief.get(cap, -1):
                    relief[cap] = amount
        self.floor = min([move.cost for move in moves])
        # What step 5 takes when only the cheapest ways are allowed: a leaf that is not full, else the fallback.
        self.cheap = tuple([move for move in self.leaves if move.cost == self.floor])
        rest = [self.free, *self.leaves, self.out]
        self.fallback = next(move for move in rest if move is not None and move.cost == self.floor)
        self.size = max([move.amount for move in self.leaves], default=0)
        self.most = most
        self.relief = tuple(sorted(relief.items()))
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
        leaves = [option.leaf for option in options if option.leaf >= 0]
        self.rank = len(leaves), -max([option.ects for option in options])
        """In the order of step 5: what the fewest leaves take comes first, then the largest."""
        self.can_be_out = len(options) > 1 and options[-1].place == OUT
        self.counted = options[:-1] if self.can_be_out else tuple(options)
        instead = next((option for option in self.counted if option.is_free), self.counted[0])
        self.spends: Mask = _mask([cap for cap, _ in instead.uses])
        """The caps that counting the piece uses where it uses the least."""
        self.uses = _most([option.uses for option in self.counted])
        self.most = _most([option.gives for option in self.counted])
        """By demand, the most that the piece can give."""
        certain = dict(self.counted[0].gives)
        for option in self.counted[1:]:
            own = dict(option.gives)
            certain = {demand: min(amount, own[demand]) for demand, amount in certain.items() if demand in own}
        self.certain: Amounts = tuple(
            [given for given in sorted(certain.items()) if given[1] and given[0] not in leaves]
        )
        """What it gives to overlays wherever it is counted."""
        self.demands: Mask = _mask([demand for demand, _ in self.most])
        self.caps: Mask = _mask([cap for cap, _ in self.uses])
        self._known: dict[tuple[Mask, Mask, bool], Ways] = {}

    def ways(self, previous: int | None, demands: Mask, caps: Mask, *, may_be_out: bool) -> Ways:
        """The ways for a piece that was in that place before, where those demands and caps bind."""
        key = self.demands & demands, self.caps & caps, may_be_out
        ways = self._known.get(key)
        if ways is None:
            ways = self._known[key] = self._within(*key)
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

    def _within(self, demands: Mask, caps: Mask, may_be_out: bool) -> Ways:
        options = tuple(self.options) if may_be_out or not self.can_be_out else self.counted
        certain = {} if may_be_out and self.can_be_out else dict(self.certain)
        if certain:
            gives = [
                tuple([(d, a - off) for d, a in option.gives if a > (off := certain.get(d, 0)) and demands >> d & 1])
                for option in options
            ]
        else:
            gives = [tuple([own for own in option.gives if own[1] and demands >> own[0] & 1]) for option in options]
        most = _most(gives)
        ects = max([option.ects for option in options])
        uses = [tuple([used for used in option.uses if caps >> used[0] & 1]) for option in options]
        free = next((number for number, option in enumerate(options) if option.is_free), -1)
        free_gives, free_cost = dict(gives[free]), ects - options[free].ects
        moves = []
        touched: Mask = _mask([demand for demand, _ in most])
        for option, given, used in zip(options, gives, uses, strict=True):
            cost, leaf = ects - option.ects, option.leaf
            covers, gains, is_own, amount = False, False, True, 0
            if leaf >= 0:
                # A piece without credits gives a leaf nothing, but where it goes depends on whether the leaf is full.
                touched |= demands & 1 << leaf
                beside = [a > free_gives.get(d, 0) for d, a in given if d != leaf]
                amount = sum([a for d, a in given if d == leaf])
                if free >= 0:
                    covers = used == uses[free] and cost <= free_cost
                    gains = True in beside
                    is_own = gains or cost < free_cost
            losses = _losses(most, given)
            counts = option.place != OUT
            moves.append(Move(option.index, leaf, amount, given, losses, used, cost, counts, covers, gains, is_own))
        return Ways(tuple(moves), most, touched)


def kind_of(options: Options) -> WayKind:
    """The kind of piece that has these options."""
    kind = options.known.get(WayKind)
    if not isinstance(kind, WayKind):
        kind = options.known[WayKind] = WayKind(options)
    return kind


def _undominated(moves: Sequence[Move]) -> tuple[Move, ...]:
    if len(moves) == 1:
        return tuple(moves)
    known = [(move, dict(move.gives), dict(move.uses)) for move in moves]
    return tuple(
        [
            move
            for place, (move, _, uses) in enumerate(known)
            if not any(
                _replaces(other, gives, move, uses, is_first=number < place)
                for number, (other, gives, _) in enumerate(known)
                if number != place and other.cost <= move.cost
            )
        ]
    )


def _replaces(other: Move, gives: dict[int, int], move: Move, uses: dict[int, int], *, is_first: bool) -> bool:
    """Whether the other, which costs no more, gives as much and uses no more; of two alike the first."""
    for demand, amount in move.gives:
        if gives.get(demand, 0) < amount:
            return False
    for cap, amount in other.uses:
        if uses.get(cap, 0) < amount:
            return False
    return is_first or other.cost != move.cost or (other.gives, other.uses) != (move.gives, move.uses)


def _most(every: Iterable[Amounts]) -> Amounts:
    """By demand or cap, the most that any has of it."""
    most: dict[int, int] = {}
    for own in every:
        for number, amount in own:
            if amount > most.get(number, -1):
                most[number] = amount
    return tuple(sorted(most.items()))


def _losses(most: Amounts, given: Amounts) -> Amounts:
    """By demand, how much less than the most is given."""
    if most == given:
        return ()
    own = dict(given)
    return tuple([(demand, a - b) for demand, a in most if a > (b := own.get(demand, 0))])


def _mask(numbers: Iterable[int]) -> Mask:
    mask = 0
    for number in numbers:
        mask |= 1 << number
    return mask
