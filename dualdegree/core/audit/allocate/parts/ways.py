"""In which ways may a piece of some kind be placed, where some rules bind? Worked out once for each kind."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
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
        leaves: list[Move] = []
        self.free: Move | None = None
        self.out: Move | None = None
        self.floor = moves[0].cost
        self.size = 0
        uses = moves[0].uses
        is_alike = True
        for move in moves:
            if move.leaf >= 0:
                leaves.append(move)
                self.size = max(self.size, move.amount)
            elif not move.counts:
                self.out = self.out or move
            else:
                self.free = self.free or move
            self.floor = min(self.floor, move.cost)
            is_alike = is_alike and (move.uses is uses or not move.counts)
        self.leaves = tuple(leaves)
        # What step 5 takes when only the cheapest ways are allowed: a leaf that is not full, else the fallback.
        self.cheap = tuple([move for move in leaves if move.cost == self.floor])
        rest = [self.free, *leaves, self.out]
        self.fallback = next(move for move in rest if move is not None and move.cost == self.floor)
        self.most = most
        self.relief = uses if is_alike else _most([move.uses for move in moves])
        """By cap, the most that the piece may use."""
        self.touched = touched

    @cached_property
    def losses(self) -> dict[int, Amounts]:
        """By option, what the piece's best way would give more, by demand."""
        return {move.option: _losses(self.most, move.gives) for move in self.moves}

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
        self.can_be_out = len(options) > 1 and options[-1].place == OUT
        counted = self.counted = options[:-1] if self.can_be_out else tuple(options)
        leaves = [option.leaf for option in options if option.leaf >= 0]
        self.rank = len(leaves), -max([option.ects for option in options])
        """In the order of step 5: what the fewest leaves take comes first, then the largest."""
        first = counted[0]
        instead = next((option for option in counted if option.is_free), first)
        self.spends: Mask = _mask([cap for cap, _ in instead.uses])
        """The caps that counting the piece uses where it uses the least."""
        is_alike = all(option.uses is first.uses for option in counted)
        self.uses = first.uses if is_alike else _most([option.uses for option in counted])
        self.most = _most([option.gives for option in counted])
        """By demand, the most that the piece can give."""
        certain = dict(first.gives)
        for option in counted[1:]:
            if not certain:
                break
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
        is_held = self.can_be_out and not may_be_out
        options = self.counted if is_held else self.options
        certain = {} if self.can_be_out and may_be_out else dict(self.certain)
        gives = [_binding(option.gives, certain, demands) for option in options]
        bound: dict[int, Amounts] = {}
        uses = []
        for option in options:
            # Places mostly share what they use of caps, and share what is left of it.
            used = bound.get(id(option.uses))
            if used is None:
                used = bound[id(option.uses)] = tuple([own for own in option.uses if caps >> own[0] & 1])
            uses.append(used)
        most = _most(gives)
        touched = _mask([demand for demand, _ in most])
        ects = max([option.ects for option in options])
        free = next((number for number, option in enumerate(options) if option.is_free), -1)
        free_gives, free_cost, free_uses = dict(gives[free]), ects - options[free].ects, uses[free]
        moves = []
        for (index, place, leaf, own_ects), given, used in zip(map(_placed, options), gives, uses, strict=True):
            cost = ects - own_ects
            covers, gains, is_own, amount = False, False, True, 0
            if leaf >= 0:
                # A piece without credits gives a leaf nothing, but where it goes depends on whether the leaf is full.
                touched |= demands & 1 << leaf
                for demand, units in given:
                    if demand == leaf:
                        amount += units
                    elif units > free_gives.get(demand, 0):
                        gains = True
                if free >= 0:
                    covers = cost <= free_cost and used == free_uses
                    is_own = gains or cost < free_cost
                else:
                    gains = False
            moves.append(Move(index, leaf, amount, given, used, cost, place != OUT, covers, gains, is_own))
        return Ways(tuple(moves), most, touched)


_placed = attrgetter("index", "place", "leaf", "ects")


def _binding(gives: Amounts, certain: Mapping[int, int], demands: Mask) -> Amounts:
    """What is given to demands that bind, without what is given in any case."""
    if certain:
        return tuple([(d, a - off) for d, a in gives if a > (off := certain.get(d, 0)) and demands >> d & 1])
    return tuple([own for own in gives if own[1] and demands >> own[0] & 1])


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
