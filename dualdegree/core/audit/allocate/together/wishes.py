"""Which of the choices that are equal in steps 2 to 4 does step 5 take? One that is known is changed, wish by wish.

Piece by piece the first wish is granted that costs nothing: at once, when one other bundle changes with it, or, in
small parts, however many. At the prices of the bound most wishes are seen to be impossible before
anything is tried. A wish that is not settled so is passed over; the work is counted, not timed, so the same case has
the same answer everywhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from dualdegree.core.audit.allocate.effort import Effort
from dualdegree.core.audit.allocate.order import wishes
from dualdegree.core.audit.allocate.parts.part import Choice
from dualdegree.core.audit.allocate.parts.ways import Move
from dualdegree.core.audit.allocate.together.board import Bid, Board, Bundle, Row
from dualdegree.core.audit.allocate.together.relaxation import SCALE, Bound, paid_for

FEW = 12
"""How many pieces a part may have for every combination to be looked at."""
STATES = 1000
"""How many states are looked at for one wish then."""
CHANGE_WORK = 3
"""The work of looking at one change with a wish."""


def granted(board: Board, bids: Sequence[Bid], bound: Bound, effort: Effort) -> Choice:
    """The choice of the same value in which every piece in turn has the first wish that can be granted."""
    return _Guide(board, bids, bound, effort).granted()


class _Guide:
    """Who asks for one wish after the other.

    At the prices of the bound a choice costs beyond it what each bid costs more than the best of its bundle, and what
    each rule costs: what is left of a cap, what is given beyond a need or missing to it. All that together is the same
    for every choice of this value, so where one rule alone costs more after a wish, another bundle has to mend it.
    """

    def __init__(self, board: Board, bids: Sequence[Bid], bound: Bound, effort: Effort) -> None:
        self.board, self.part, self.bids, self.effort = board, board.part, list(bids), effort
        bound = self.bound = bound.of_every_place(board)
        value = board.value(bids)
        if value is None:
            raise AssertionError("a choice whose wishes are granted keeps the limits")
        self.value = value
        self.limit = value * SCALE - bound.least
        self.choice = list(board.choice(bids))
        self.left = [*board.needs, *board.given_caps]
        """By rule, what is missing to a demand or left of a cap."""
        for bid in bids:
            self._count(bid, 1)
        self.dear = [
            weight * SCALE - bound.floor * lack + price
            for weight, lack, price in zip(board.weights, board.lacks, bound.prices, strict=False)
        ]
        """By demand, what a unit missing costs beyond the bound."""
        self.rises = [self._rise(number, bid) for number, bid in enumerate(bids)]
        alike: dict[tuple[int, ...], list[tuple[Bid, int]]] = {}
        self.open = [
            alike.setdefault(tuple(map(id, bundle.bids)), self._open(bundle, rises))
            for bundle, rises in zip(board.bundles, bound.rises, strict=True)
        ]
        """By bundle, the bids that it may change to, and what each costs more than its best; for equal ones one list.
        """
        self.touching: list[set[int]] = [set() for _ in self.left]
        """By rule, the bundles that may use more or less of it."""
        for number in range(len(self.open)):
            self._touch(number)
        self.is_small = self.part.size <= FEW

    def _open(self, bundle: Bundle, rises: Sequence[int]) -> list[tuple[Bid, int]]:
        return [(bid, rise) for bid, rise in zip(bundle.bids, rises, strict=True) if rise <= self.limit]

    def _touch(self, number: int) -> None:
        """Note which rules a bundle may use more or less of."""
        rows = [self.bids[number].row, *[bid.row for bid, _ in self.open[number]]]
        for rule in {rule for row in rows for rule in row}:
            self.touching[rule].add(number)

    def _count(self, bid: Bid, sign: int) -> None:
        for rule, amount in bid.row.items():
            self.left[rule] -= sign * amount

    def _rise(self, number: int, bid: Bid) -> int:
        """How much more than the best bid of its bundle a bid costs."""
        return paid_for(bid, self.bound.prices) - self.bound.bests[number]

    def _cost(self, rule: int, left: int) -> int:
        """What a rule costs beyond the bound of which so much is left."""
        if left < 0:
            return self.bound.prices[rule] * left if rule < self.board.first_cap else self.limit + 1
        return (self.dear[rule] if rule < self.board.first_cap else self.bound.prices[rule]) * left

    def granted(self) -> Choice:
        """The choice in the end."""
        part = self.part
        have = [0] * len(part.demands)
        for piece, ways in enumerate(part.ways):
            if len(ways.moves) > 1:
                for wish in wishes(ways, have, part.needs):
                    if wish is self.choice[piece] or self._grants(piece, wish):
                        break
            placed = self.choice[piece]
            if placed.leaf >= 0:
                have[placed.leaf] += placed.amount
            self._keep(piece)
        return tuple(self.choice)

    def _keep(self, piece: int) -> None:
        """From now on the piece stays where it is."""
        number = self.board.bundle_of[piece]
        bundle, own = self.board.bundles[number], self.choice[piece]
        position = bundle.pieces.index(piece)
        if position == len(bundle.pieces) - 1:
            self.open[number] = []
        elif own in self.part.ways[piece].linked_core:
            self.open[number] = [change for change in self.open[number] if change[0].moves[position] is own]
        else:
            # A place that steps 2 to 4 have no need of: what can follow it was not bid.
            fixed = self.bids[number].moves[: position + 1]
            later = [self.part.ways[other].linked_core for other in bundle.pieces[position + 1 :]]
            bids = [self.board.bid(bundle.pieces, (*fixed, *moves)) for moves in product(*later)]
            self.open[number] = [(bid, rise) for bid in bids if (rise := self._rise(number, bid)) <= self.limit]
            self._touch(number)

    def _grants(self, piece: int, wish: Move) -> bool:
        """Grant a wish, if it is found how."""
        number = self.board.bundle_of[piece]
        tried = [
            (bid, rise)
            for bid in self._bids_with(number, piece, wish)
            if (rise := self._rise(number, bid)) <= self.limit
        ]
        for bid, _ in tried:
            if self._worth({number: bid}) == self.value:
                self._take({number: bid})
                return True
        return any(self._grants_with_others(number, bid, rise) for bid, rise in tried)

    def _bids_with(self, number: int, piece: int, wish: Move) -> Iterator[Bid]:
        """The bids of a bundle in which the piece has its wish and earlier ones stay; later ones stay first."""
        bundle, own = self.board.bundles[number], self.bids[number].moves
        position = bundle.pieces.index(piece)
        later = [
            [move, *(other for other in self.part.ways[own_piece].linked_core if other is not move)]
            for own_piece, move in zip(bundle.pieces[position + 1 :], own[position + 1 :], strict=True)
        ]
        for moves in product(*later):
            yield self.board.bid(bundle.pieces, (*own[:position], wish, *moves))

    def _after(self, changes: Mapping[int, Bid]) -> Row:
        """By rule that changes touch, what is left of it after them."""
        after: Row = {}
        left = self.left
        for number, bid in changes.items():
            for rule, amount in self.bids[number].row.items():
                after[rule] = (after[rule] if rule in after else left[rule]) + amount
            for rule, amount in bid.row.items():
                after[rule] = (after[rule] if rule in after else left[rule]) - amount
        return after

    def _worth(self, changes: Mapping[int, Bid]) -> int | None:
        """What the choice is worth after changes; ``None`` where that breaks a cap."""
        value, first_cap, weights = self.value, self.board.first_cap, self.board.weights
        for number, bid in changes.items():
            value += bid.cost - self.bids[number].cost
        for rule, now in self._after(changes).items():
            if rule < first_cap:
                was = self.left[rule]
                if now > 0 or was > 0:
                    value += (max(0, now) - max(0, was)) * weights[rule]
            elif now < 0:
                return None
        return value

    def _take(self, changes: Mapping[int, Bid]) -> None:
        for number, bid in changes.items():
            self._count(self.bids[number], -1)
            self._count(bid, 1)
            self.bids[number], self.rises[number] = bid, self._rise(number, bid)
            self._touch(number)
            for piece, move in zip(self.board.bundles[number].pieces, bid.moves, strict=True):
                self.choice[piece] = move

    def _grants_with_others(self, number: int, bid: Bid, rise: int) -> bool:
        """Grant a bid, if that costs nothing when others change with it."""
        if self.is_small:
            others = [own if other != number else [] for other, own in enumerate(self.open)]
            return self._grants_with_any(number, bid, others)
        if not self.effort.left:
            return False
        spare = self.limit - rise
        after = self._after({number: bid})
        broken = [rule for rule, left in after.items() if self._cost(rule, left) > spare]
        helping = self._touching_each(broken) if broken else self._sharing(after)
        # What does not help with one of several equal bundles does not with another.
        seen: set[tuple[int, int]] = set()
        for other in helping:
            alike = id(self.bids[other]), id(self.open[other])
            if other != number and alike not in seen:
                seen.add(alike)
                for change, more in self.open[other]:
                    if self._mends(other, change, after, broken, spare - more):
                        self.effort.work += CHANGE_WORK
                        if self._worth({number: bid, other: change}) == self.value:
                            self._take({number: bid, other: change})
                            return True
        return False

    def _mends(self, other: int, change: Bid, after: Row, broken: Sequence[int], spare: int) -> bool:
        """Whether no rule that is broken costs more than may be spared when a bundle changes as well."""
        row, was = change.row, self.bids[other].row
        if row is was or spare < 0:
            return False
        return all(self._cost(rule, after[rule] + was.get(rule, 0) - row.get(rule, 0)) <= spare for rule in broken)

    def _touching_each(self, rules: Sequence[int]) -> list[int]:
        """The bundles that touch all of those rules, in their order."""
        first, *others = sorted([self.touching[rule] for rule in rules], key=len)
        return sorted(first.intersection(*others))

    def _sharing(self, after: Row) -> list[int]:
        """The bundles that have a part in what a choice costs beyond the bound, in their order."""
        sharing = {number for number, rise in enumerate(self.rises) if rise}
        for rule, left in enumerate(self.left):
            if self._cost(rule, after.get(rule, left)):
                sharing.update(self.touching[rule])
        return sorted(sharing)

    def _grants_with_any(self, number: int, bid: Bid, others: Sequence[Sequence[tuple[Bid, int]]]) -> bool:
        """The same, where every combination of the others may be looked at."""
        left = STATES
        order = [other for other, bids in enumerate(others) if bids]
        changes: dict[int, Bid] = {number: bid}

        def follow(depth: int, spent: int) -> bool:
            nonlocal left
            if self._worth(changes) == self.value:
                return True
            if depth == len(order):
                return False
            other = order[depth]
            for change, rise in others[other]:
                if left <= 0 or spent + rise > self.limit:
                    continue
                left -= 1
                changes[other] = change
                if follow(depth + 1, spent + rise):
                    return True
                del changes[other]
            return False

        is_granted = follow(0, self._rise(number, bid))
        self.effort.states += STATES - left
        if is_granted:
            self._take(changes)
        return is_granted
