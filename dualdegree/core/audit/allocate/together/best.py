"""Which choice of a part is the first in the order, where limits bind? Bounds from below, exchanges from above.

The linear program says what a choice must be worth at least; exchanges look for one that is worth no more. When both
meet, which they do in half of all cases, the choice is proven. Else dives look for one of just that value: there is
one, or that value is not possible and the next one is dived for. Where dives come to no end, caps are kept by whole
bundles if nothing need be lacking, which says more and leads to a choice; where something is to be chosen and the
program takes a bit of each, every way to choose is looked at for itself; the integer program is asked last, and at
once where bids are very many.
"""

from collections.abc import Sequence

from dualdegree.core.audit.allocate.effort import Effort, OutOfWork, Untrusted
from dualdegree.core.audit.allocate.parts.part import Choice, ProblemPart
from dualdegree.core.audit.allocate.together.board import Bid, Board, TooWide
from dualdegree.core.audit.allocate.together.dive import Dive
from dualdegree.core.audit.allocate.together.exchange import Exchange, mended
from dualdegree.core.audit.allocate.together.knapsacks import Knapsacks
from dualdegree.core.audit.allocate.together.relaxation import NEARLY_WHOLE, SCALE, Bound, Relaxation
from dualdegree.core.audit.allocate.together.whole import Whole
from dualdegree.core.audit.allocate.together.wishes import granted

STATES = 1000
"""How many states all dives of one board may look at."""
FREE_STATES = 400
"""The same where only the lack is asked for."""
PATIENCE = 2
"""After how many dives in vain it is asked whether anything must be lacking."""
ROUNDS = 5
"""How often the choice that is at hand is shaken before the integer program is asked."""
BID_WORK = 20
"""The work of a board for each of its bids, whatever it leads to."""
DIVE_WORK = 5_000
"""The work of a dive, nearly all of it the tables that are made before."""
MOST_BRANCHES = 12
"""How many ways to choose are looked at one by one."""


def first_together(part: ProblemPart, within: Sequence[int], effort: Effort) -> Choice | None:
    """The first choice that keeps the lack of each degree ``within``; ``None`` when there is none.

    Raises ``TooWide``.
    """
    board = Board(part, within)
    hunt = _Hunt(board, effort)
    if not hunt.run():
        return None
    return granted(board, hunt.best, hunt.root, effort)


def any_together(part: ProblemPart, effort: Effort) -> Choice | None:
    """Some choice that leaves nothing lacking, if there is any. Raises ``TooWide``."""
    board = Board(part, [0] * len(part.lacks), by_lack=True)
    if board.constant:
        return None
    hunt = _Hunt(board, effort)
    return board.choice(hunt.best) if hunt.run() else None


class _Hunt:
    """The best choice seen, and how far down a better one could be."""

    def __init__(self, board: Board, effort: Effort) -> None:
        self.board, self.effort = board, effort
        self.relaxation = Relaxation(board)
        effort.prices += 1
        effort.work += BID_WORK * sum([len(bundle.bids) for bundle in board.bundles])
        root = self.relaxation.root()
        if root is None:
            raise TooWide
        self.root = root
        self.best: list[Bid] = []
        self.value = board.held_price
        """What the best choice is worth; whatever is worth so much breaks a rule."""
        self.states, self.branches = FREE_STATES if board.is_free else STATES, MOST_BRANCHES

    def run(self) -> bool:
        """Whether there is a choice; the best is then found."""
        least = self.board.reachable(self.root.value)
        if least < self.value:
            self._mend(self.root, least, 1)
        least = self._climb(least)
        if self.value > least:
            least = self._settle(least)
        if self.value > least:
            self._ask(least)
        return bool(self.best)

    def _climb(self, least: int) -> int:
        """Dive for a choice of the least value that is still possible; that value, in the end.

        Where that is in vain, it is first asked whether so little can be lacking at all, whatever it costs.
        """
        if self.board.is_wide:
            return least
        price, dives, settled = self.board.lack_price, 0, -1
        try:
            while least < self.value:
                lack = least // price
                if lack != settled and dives > (0 if lack else PATIENCE) and self.value >= (lack + 1) * price:
                    settled = lack
                    least = max(least, self._least_lack(lack) * price)
                else:
                    dives += 1
                    least = self._dived(self.root, least) or least
                if least // price > lack and least < self.board.held_price:
                    self._raise_floor(least // price)
                    least = max(least, self.board.reachable(self.root.value))
        except OutOfWork:
            pass
        return least

    def _dived(self, bound: Bound, target: int) -> int | None:
        """Look for a choice that is worth no more than the target; where there is none, what one is worth at least."""
        self.effort.work += DIVE_WORK
        dive = Dive(self.board, bound, target, self.states, self.effort)
        bids = dive.choice()
        self.states = dive.states
        if bids is None:
            return self.board.reachable(max(dive.least, target + 1))
        value = self.board.value(bids)
        if value is None:
            raise AssertionError("a choice that was dived for keeps the limits")
        if value < self.value:
            self.best, self.value = bids, value
        return None

    def _least_lack(self, lack: int) -> int:
        """That lack, if a choice lacks no more; else what one lacks at least."""
        price = self.board.lack_price
        self.effort.prices += 1
        bound = self.relaxation.lacking()
        if bound is None:
            return lack
        least = -(-bound.value // price)
        if least <= lack:
            least = -(-(self._dived(bound, lack * price) or 0) // price)
        return max(least, lack)

    def _raise_floor(self, lack: int) -> None:
        """Ask for prices where so much must be lacking."""
        self.effort.prices += 1
        if (bound := self.relaxation.above(lack)) is not None and bound.least > self.root.least:
            self.root = bound

    def _settle(self, least: int) -> int:
        """Look at what dives did not come to an end with in other ways; the least value that a choice could have."""
        if self.board.is_wide:
            return least
        # Where nothing need be lacking, what the caps leave out is all that there is to say.
        if least < self.board.lack_price and not self.board.is_free:
            least = self._fill(least)
        return self._lowest(self.root, {}, least)

    def _fill(self, least: int) -> int:
        """Keep the caps by whole bundles, and look for a choice there; the least value that one could still have."""
        knapsacks = Knapsacks(self.board, self.root)
        least = max(least, self.board.reachable(knapsacks.least))
        if least < self.value:
            self._mend(self.root, least, ROUNDS, knapsacks)
        return least

    def _mend(self, bound: Bound, least: int, rounds: int, knapsacks: Knapsacks | None = None) -> None:
        limit = least * SCALE - bound.least
        bundles = self.board.bundles
        standing = [
            bundle.bids[max(range(len(own)), key=own.__getitem__)]
            for bundle, own in zip(bundles, bound.shares, strict=True)
        ]
        if knapsacks is None and (value := self.board.value(standing)) is not None and value <= least:
            self.best, self.value = standing, value
            return
        open_bids = [
            [bid for bid, rise in zip(bundle.bids, rises, strict=True) if rise <= limit]
            for bundle, rises in zip(bundles, bound.rises, strict=True)
        ]
        exchange = Exchange(self.board, standing, [bids if len(bids) > 1 else [] for bids in open_bids])
        bids = mended(exchange, least, rounds, self.effort, knapsacks)
        value = self.board.value(bids)
        if value is not None and value < self.value:
            self.best, self.value = bids, value

    def _branch(self, bound: Bound, held: dict[int, int]) -> int | None:
        """What is to be chosen, where the linear program takes a bit of each."""
        for number, (bundle, shares) in enumerate(zip(self.board.bundles, bound.shares, strict=True)):
            if not bundle.pieces and number not in held and max(shares) < 1 - NEARLY_WHOLE:
                return number
        return None

    def _lowest(self, bound: Bound, held: dict[int, int], least: int) -> int:
        """The least value of a choice with what is ``held``, when each way to choose is looked at for itself."""
        branch = self._branch(bound, held)
        if branch is None or self.value <= least:
            return least
        lowest = None
        shares = bound.shares[branch]
        for bid in sorted(range(len(shares)), key=lambda bid: (-shares[bid], bid)):
            if self.branches <= 0:
                lowest = least
                break
            own = {**held, branch: bid}
            if not self._is_possible(own):
                continue
            self.branches -= 1
            self.effort.prices += 1
            self.relaxation.hold(branch, bid)
            reached = least
            if self.relaxation.solve():
                narrower = self.relaxation.bound(own)
                reached = self._lowest(narrower, own, max(least, self.board.reachable(narrower.value)))
            lowest = reached if lowest is None else min(lowest, reached)
        self.relaxation.hold(branch, None)
        return least if lowest is None else lowest

    def _is_possible(self, held: dict[int, int]) -> bool:
        """Whether no more is left out than may be."""
        left = [*self.board.needs, *self.board.caps]
        for number, bid in held.items():
            for rule, amount in self.board.bundles[number].bids[bid].row.items():
                left[rule] -= amount
        return all(free >= 0 for free in left[self.board.first_cap :])

    def _ask(self, least: int) -> None:
        lack = min(least, self.board.held_price) // self.board.lack_price
        whole = Whole(self.relaxation, self.best or None, self.effort, lack=lack)
        try:
            best = whole.worth(least) or whole.solve()
        except Untrusted:
            best = None if whole.best is None else list(whole.best)
            if best is None:
                # Nothing was seen at all: whoever asks has to look for some choice in another way.
                raise TooWide from None
            self.effort.is_proven = self.effort.is_proven and self.board.is_free
        if best is not None and (value := self.board.value(best)) is not None and value < self.value:
            self.best, self.value = best, value
