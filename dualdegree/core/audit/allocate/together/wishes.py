"""Which of the choices that are equal in steps 2 to 4 does step 5 take? One that is known is changed, wish by wish.

Piece by piece the first wish is granted that costs nothing: at once, when one other bundle changes with it, or, in
small parts, however many. At the prices of the bound most wishes are seen to be impossible before
anything is tried. A wish that is not settled so is passed over; the work is counted, not timed, so the same case has
the same answer everywhere.
"""

from collections.abc import Iterator, Sequence
from itertools import product

from dualdegree.core.audit.allocate.effort import Effort
from dualdegree.core.audit.allocate.order import wishes
from dualdegree.core.audit.allocate.parts.part import Choice
from dualdegree.core.audit.allocate.parts.ways import Move
from dualdegree.core.audit.allocate.together.board import Bid, Board
from dualdegree.core.audit.allocate.together.exchange import FIGURES, Exchange
from dualdegree.core.audit.allocate.together.relaxation import SCALE, Bound, paid_for

FEW = 12
"""How many pieces a part may have for every combination to be looked at."""
STATES = 1000
"""How many states are looked at for one wish then."""


def granted(board: Board, bids: Sequence[Bid], bound: Bound, effort: Effort) -> Choice:
    """The choice of the same value in which every piece in turn has the first wish that can be granted."""
    return _Guide(board, bids, bound, effort).granted()


class _Guide:
    """Who asks for one wish after the other."""

    def __init__(self, board: Board, bids: Sequence[Bid], bound: Bound, effort: Effort) -> None:
        self.board, self.part, self.bids, self.effort = board, board.part, list(bids), effort
        bound = self.bound = bound.of_every_place(board)
        value = board.value(bids)
        if value is None:
            raise AssertionError("a choice whose wishes are granted keeps the limits")
        self.value = value
        self.limit = value * SCALE - bound.least
        self.choice = list(board.choice(bids))
        self.left, self.room = list(board.needs), list(board.given_caps)
        for bid in bids:
            self._count(bid, 1)
        self.open = [
            [bid for bid, rise in zip(bundle.bids, rises, strict=True) if rise <= self.limit]
            for bundle, rises in zip(board.bundles, bound.rises, strict=True)
        ]
        self.exchange: Exchange | None = None
        """Where everything stands, and what may change; ``None`` when it has to be written anew."""
        self.is_small = self.part.size <= FEW

    def _count(self, bid: Bid, sign: int) -> None:
        for demand, amount in bid.gives:
            self.left[demand] -= sign * amount
        for cap, amount in bid.uses:
            self.room[cap] -= sign * amount

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
            if self.exchange is not None:
                self.exchange.close(number)
        elif own in self.part.ways[piece].linked_core:
            self.open[number] = [bid for bid in self.open[number] if bid.moves[position] is own]
            if self.exchange is not None:
                self.exchange.close(number, but=self.open[number])
        else:
            self.exchange = None
            # A place that steps 2 to 4 have no need of: what can follow it was not bid.
            fixed = self.bids[number].moves[: position + 1]
            later = [self.part.ways[other].linked_core for other in bundle.pieces[position + 1 :]]
            self.open[number] = [
                bid
                for moves in product(*later)
                if self._could_be(number, bid := self.board.bid(bundle.pieces, (*fixed, *moves)))
            ]

    def _could_be(self, number: int, bid: Bid) -> bool:
        """Whether prices do not exclude a bid."""
        return paid_for(bid, self.bound.demands, self.bound.caps) - self.bound.bests[number] <= self.limit

    def _grants(self, piece: int, wish: Move) -> bool:
        """Grant a wish, if it is found how."""
        number = self.board.bundle_of[piece]
        tried = [bid for bid in self._bids_with(number, piece, wish) if self._could_be(number, bid)]
        for bid in tried:
            if self._worth({number: bid}) == self.value:
                self._take({number: bid})
                return True
        return any(self._grants_with_others(number, bid) for bid in tried)

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

    def _worth(self, changes: dict[int, Bid]) -> int | None:
        """What the choice is worth after changes; ``None`` where that breaks a cap."""
        value, weights = self.value, self.board.weights
        left: dict[int, int] = {}
        room: dict[int, int] = {}
        for number, bid in changes.items():
            was = self.bids[number]
            value += bid.cost - was.cost
            for sign, each in ((-1, was), (1, bid)):
                for demand, amount in each.gives:
                    left[demand] = left.get(demand, self.left[demand]) - sign * amount
                for cap, amount in each.uses:
                    room[cap] = room.get(cap, self.room[cap]) - sign * amount
        if any(free < 0 for free in room.values()):
            return None
        for demand, missing in left.items():
            value += (max(0, missing) - max(0, self.left[demand])) * weights[demand]
        return value

    def _take(self, changes: dict[int, Bid]) -> None:
        for number, bid in changes.items():
            self._count(self.bids[number], -1)
            self._count(bid, 1)
            self.bids[number] = bid
            if self.exchange is not None:
                self.exchange.stand(number, bid)
            for piece, move in zip(self.board.bundles[number].pieces, bid.moves, strict=True):
                self.choice[piece] = move

    def _grants_with_others(self, number: int, bid: Bid) -> bool:
        """Grant a bid, if that costs nothing when others change with it."""
        if self.is_small:
            others = [bids if other != number else [] for other, bids in enumerate(self.open)]
            return self._grants_with_any(number, bid, others)
        if self.exchange is None:
            self.exchange = Exchange(
                self.board, self.bids, [own if len(own) > 1 else [] for own in self.open], self.board.given_caps
            )
            self.exchange.aim_at(self.value)
        if not self.effort.left:
            return False
        before = self.exchange.weighed
        change = self.exchange.change_with(number, bid)
        self.effort.work += (self.exchange.weighed - before) // FIGURES
        if change is None:
            return False
        self._take({number: bid, change[0]: change[1]})
        return True

    def _grants_with_any(self, number: int, bid: Bid, others: Sequence[Sequence[Bid]]) -> bool:
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
            for change in others[other]:
                rise = self._rise(other, change)
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

    def _rise(self, number: int, bid: Bid) -> int:
        return paid_for(bid, self.bound.demands, self.bound.caps) - self.bound.bests[number]
