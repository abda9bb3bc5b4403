"""What does the search of one part need at hand? Every option as a change of state, and tables of what is left."""

from collections.abc import Iterable, Sequence
from itertools import combinations, product

from dualdegree.core.audit.problem import OUT, Amounts, Constant, Lack, Least, Of, Option, Piece, Problem, Sum

NEVER = 1 << 300
"""More than any figure."""
VARIANTS = 12
"""In how many ways what is to be chosen may be settled one by one; beyond, only the tree's own bound is used."""


class Move:
    """One option of one piece, as a change to the state of the search."""

    __slots__ = ("amount", "cost", "counts", "covers", "gives", "index", "is_free", "leaf", "losses", "own", "uses")

    def __init__(self, index: int, option: Option, cost: int, most: dict[int, int]) -> None:
        gives = dict(option.gives)
        self.index, self.leaf, self.uses, self.cost = index, option.leaf, option.uses, cost
        self.counts = option.place != OUT
        self.is_free = self.counts and option.leaf < 0
        self.gives = gives
        self.amount = gives.get(option.leaf, 0)
        # What the best option would have given more.
        self.losses: Amounts = tuple(
            (demand, amount - gives.get(demand, 0)) for demand, amount in most.items() if amount > gives.get(demand, 0)
        )
        self.covers = False
        """Of a leaf that is not full: whether the free pool can be no better."""
        self.own = True
        """Of a leaf that is full: whether it still has something that the free pool has not."""


class Part:
    """One part of a problem, compiled.

    What a choice *costs* is one number for steps 3 and 4: pieces moved, then ECTS left out.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.pieces = problem.pieces
        self.size = len(problem.pieces)
        self.needs = [demand.need for demand in problem.demands]
        self.weights = [demand.weight for demand in problem.demands]
        self.ects = [max(option.ects for option in piece.options) for piece in self.pieces]
        self.move_cost = sum(self.ects) + 1
        self.most = [_most(piece) for piece in self.pieces]
        self.moves = [self._moves(number) for number in range(self.size)]
        self.leaves = [tuple(move for move in moves if move.leaf >= 0) for moves in self.moves]
        self.free = [next((move for move in moves if move.is_free), None) for moves in self.moves]
        self.out = [next((move for move in moves if not move.counts), None) for moves in self.moves]
        self.floor = _suffix_sums([min(move.cost for move in moves) for moves in self.moves])
        self.rest = self._rest()
        self.reach = [rest - need for rest, need in zip(self.rest[0], self.needs, strict=True)]
        self._caps()
        self._works()

    def cost(self, number: int, option: Option) -> int:
        """What an option adds to the cost."""
        return option.moved * self.move_cost + self.ects[number] - option.ects

    def _moves(self, number: int) -> list[Move]:
        piece, most = self.pieces[number], self.most[number]
        moves = [Move(index, option, self.cost(number, option), most) for index, option in enumerate(piece.options)]
        free = next((move for move in moves if move.is_free), None)
        if free is None:
            return moves
        for move in moves:
            if move.leaf >= 0:
                move.covers = move.uses == free.uses and move.cost <= free.cost
                gained = any(
                    amount > free.gives.get(demand, 0) for demand, amount in move.gives.items() if demand != move.leaf
                )
                move.own = gained or move.cost < free.cost
        return moves

    def _rest(self) -> list[list[int]]:
        """For every number of pieces done, the most that the others could give to each demand."""
        rest = [[0] * len(self.needs)]
        for most in reversed(self.most):
            row = list(rest[-1])
            for demand, amount in most.items():
                row[demand] += amount
            rest.append(row)
        return rest[::-1]

    # Caps

    def cap(self, number: int) -> int:
        """How much of a cap that binds may be used."""
        at_most = self.problem.caps[number]
        return NEVER if at_most is None else at_most

    def _caps(self) -> None:
        self.slack: list[int] = []
        """By cap, what would be left of it if every piece used the most."""
        self.relief: list[list[tuple[int, int]]] = [[] for _ in self.pieces]
        self.least_cost: dict[int, list[list[int]]] = {}
        """By cap that binds, number of pieces done and excess: the least that the others must cost to stay within."""
        for cap, at_most in enumerate(self.problem.caps):
            if at_most is None:
                self.slack.append(NEVER)
                continue
            most = [max((dict(move_uses).get(cap, 0) for move_uses in uses), default=0) for uses in self._uses()]
            self.slack.append(at_most - sum(most))
            for number, amount in enumerate(most):
                if amount:
                    self.relief[number].append((cap, amount))
            if self.slack[cap] < 0:
                ways = [
                    [(amount - dict(move.uses).get(cap, 0), move.cost) for move in moves] if amount else None
                    for moves, amount in zip(self.moves, most, strict=True)
                ]
                self.least_cost[cap] = self._least_costs(-self.slack[cap], ways)

    def _uses(self) -> Iterable[list[Amounts]]:
        return ([move.uses for move in moves] for moves in self.moves)

    def _least_costs(self, excess: int, ways: Sequence[list[tuple[int, int]] | None]) -> list[list[int]]:
        costs = [[0] + [NEVER] * excess]
        for number in range(self.size - 1, -1, -1):
            own = ways[number]
            if own is None:
                costs.append(costs[-1])
                continue
            floor = min(move.cost for move in self.moves[number])
            cheapest: dict[int, int] = {}
            for saved, cost in own:
                cheapest[saved] = min(cheapest.get(saved, NEVER), cost - floor)
            costs.append(_covered(costs[-1], cheapest))
        return costs[::-1]

    # Works

    def _works(self) -> None:
        cap = self.problem.shared_cap
        works = self.problem.works if cap is not None else ()
        self.work_ects = [work.ects for work in works]
        self.shared_cap = NEVER if cap is None else cap
        self.shares: list[list[tuple[int, int, bool]]] = [[] for _ in self.pieces]
        """By piece: (work, degree, whether natively)."""
        for number, work in enumerate(works):
            for side in range(2):
                for piece in work.native[side]:
                    self.shares[piece].append((number, side, True))
                for piece in work.granted[side]:
                    self.shares[piece].append((number, side, False))
        self.pairs = [
            [
                (native, partner)
                for one in range(2)
                for native in work.native[one]
                for partner in (*work.native[1 - one], *work.granted[1 - one])
                if one == 0 or partner not in work.native[0]
            ]
            for work in works
        ]
        """By work, the pairs of pieces that share it when both are counted."""
        excess = sum(self.work_ects) - self.shared_cap
        self.shared_costs: list[list[int]] = []
        if excess > 0:
            saved = [sum(self.work_ects[work] for work, _, _ in shares) for shares in self.shares]
            ways = [
                [(0 if move.counts else saves, move.cost) for move in moves] if saves else None
                for moves, saves in zip(self.moves, saved, strict=True)
            ]
            self.shared_costs = self._least_costs(excess, ways)


class Asked:
    """What a part asks for: its trees, where the plain sums in them are taken apart.

    A demand is owned by the degree to whose lack it simply adds; what stands below a ``Least`` is in a group.
    """

    def __init__(self, part: Part, trees: Sequence[Lack]) -> None:
        self.part = part
        self.owner = [-1] * len(part.needs)
        self.group_of = [-1] * len(part.needs)
        self.groups: list[tuple[int, Lack]] = []
        self.constant = [0] * len(trees)
        for degree, tree in enumerate(trees):
            self._take_apart(degree, tree)

    def _take_apart(self, degree: int, tree: Lack) -> None:
        match tree:
            case Constant(lack):
                self.constant[degree] += lack
            case Of(demand):
                self.owner[demand] = degree
            case Sum(parts):
                for part in parts:
                    self._take_apart(degree, part)
            case Least():
                for demand in demands_of(tree):
                    self.group_of[demand] = len(self.groups)
                self.groups.append((degree, tree))


def variants(part: Part) -> list[Asked]:
    """What a part asks for, once for every way to settle what is to be chosen, where these are few."""
    ways = [_ways(tree, VARIANTS) for tree in part.problem.lacks]
    while len(combined := list(product(*ways))) > VARIANTS:
        widest = max(range(len(ways)), key=lambda number: len(ways[number]))
        ways[widest] = [part.problem.lacks[widest]]
    return [Asked(part, trees) for trees in combined]


def _ways(tree: Lack, most: int) -> list[Lack]:
    match tree:
        case Least(count, parts):
            chosen = [Sum(some) for some in combinations(parts, count)]
            if len(chosen) > most:
                return [tree]
            settled = [way for some in chosen for way in _ways(some, most // len(chosen))]
            return settled
        case Sum(parts):
            together: list[tuple[Lack, ...]] = [()]
            for part in parts:
                ways = _ways(part, most // len(together))
                together = [(*before, way) for before in together for way in ways]
            return [Sum(some) for some in together]
        case Constant() | Of():
            return [tree]


def demands_of(tree: Lack) -> list[int]:
    """The demands in a tree."""
    match tree:
        case Of(demand):
            return [demand]
        case Sum(parts) | Least(_, parts):
            return [demand for part in parts for demand in demands_of(part)]
        case Constant():
            return []


def _most(piece: Piece) -> dict[int, int]:
    most: dict[int, int] = {}
    for option in piece.options:
        for demand, amount in option.gives:
            if amount > most.get(demand, 0):
                most[demand] = amount
    return most


def _suffix_sums(values: Sequence[int]) -> list[int]:
    sums = [0]
    for value in reversed(values):
        sums.append(sums[-1] + value)
    return sums[::-1]


def _covered(before: Sequence[int], ways: dict[int, int]) -> list[int]:
    """The least cost of saving at least so much, when one more piece saves in one of these ways."""
    pairs = list(ways.items())
    return [min([cost + before[max(0, excess - saved)] for saved, cost in pairs]) for excess in range(len(before))]
