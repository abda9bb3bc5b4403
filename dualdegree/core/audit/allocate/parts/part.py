"""What does the search of one part need at hand? The ways of its pieces, what others could still do, and its goal."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import gcd

from dualdegree.core.audit.allocate.effort import NEVER
from dualdegree.core.audit.allocate.parts.covers import Cover
from dualdegree.core.audit.allocate.parts.lacks import LackTree
from dualdegree.core.audit.allocate.parts.ways import MOVE, Move, Ways
from dualdegree.core.audit.problem.whole_numbers import (
    Constant,
    Demand,
    DemandLack,
    Lack,
    Least,
    Sum,
    Work,
    demands_of,
    lacks_in,
)

Choice = tuple[Move, ...]
"""One move for each piece."""


class ProblemPart:
    """Pieces, in the order of step 5 unless said otherwise, and the rules that bind them."""

    def __init__(
        self,
        *,
        ways: Sequence[Ways],
        demands: Sequence[Demand],
        caps: Mapping[int, int],
        lacks: tuple[Lack, ...],
        works: tuple[Work, ...],
        shared_cap: int | None,
    ) -> None:
        self.ways, self.demands, self.caps, self.lacks = ways, demands, caps, lacks
        self.works, self.shared_cap = works, NEVER if shared_cap is None else shared_cap
        self.size = len(ways)

    def only(self, degree: int) -> "ProblemPart":
        """The same part, of which only one degree asks anything."""
        return ProblemPart(
            ways=self.ways,
            demands=self.demands,
            caps=self.caps,
            lacks=tuple(tree if other == degree else Sum(()) for other, tree in enumerate(self.lacks)),
            works=self.works,
            shared_cap=None if self.shared_cap == NEVER else self.shared_cap,
        )

    @cached_property
    def needs(self) -> list[int]:
        """By demand, what is asked for."""
        return [demand.need for demand in self.demands]

    @cached_property
    def weights(self) -> list[int]:
        """By demand, what one unit lacks."""
        return [demand.weight for demand in self.demands]

    @cached_property
    def asked(self) -> "Goal":
        """What the part asks for, with whatever is to be chosen left open."""
        return Goal(self, self.lacks)

    @cached_property
    def is_plain(self) -> bool:
        """Whether nothing is to be chosen: every lack is a sum."""
        parts = [part for tree in self.lacks for part in (tree.parts if isinstance(tree, Sum) else (tree,))]
        return not any(isinstance(part, Least) for part in parts)

    @property
    def is_limited(self) -> bool:
        """Whether any cap or the shared limit binds."""
        return bool(self.caps) or bool(self.works)

    @property
    def is_pressed(self) -> bool:
        """Whether far more could be shared than may be, so that no choice is first without being weighed."""
        return bool(self.works) and 2 * sum(self.work_ects) > 3 * self.shared_cap

    # What the pieces could do at best

    @cached_property
    def reach(self) -> list[int]:
        """By demand, how far beyond its need all pieces together could fill it; negative where they cannot."""
        reach = [-need for need in self.needs]
        for ways in self.ways:
            for demand, amount in ways.most:
                reach[demand] += amount
        return reach

    @cached_property
    def live(self) -> list[int]:
        """The demands that any piece serves."""
        return sorted({demand for ways in self.ways for demand, _ in ways.most})

    @cached_property
    def rest(self) -> list[list[int]]:
        """For every number of pieces done, the most that the others could give to each demand."""
        rest = [[0] * len(self.demands)]
        for ways in reversed(self.ways):
            row = rest[-1]
            if ways.most:
                row = list(row)
                for demand, amount in ways.most:
                    row[demand] += amount
            rest.append(row)
        return rest[::-1]

    @cached_property
    def floor(self) -> list[int]:
        """For every number of pieces done, the least that the others cost, whatever binds."""
        floor = [0]
        for ways in reversed(self.ways):
            floor.append(floor[-1] + ways.floor)
        return floor[::-1]

    @cached_property
    def move_price(self) -> int:
        """More ECTS, in quanta, than any choice of this part leaves out."""
        return sum(max(move.cost % MOVE for move in ways.moves) for ways in self.ways) + 1

    @cached_property
    def least_lacks(self) -> tuple[int, ...]:
        """By degree, what must be lacking, as each demand's best alone can tell."""
        return lacks_in(self.lacks, self.demands, [-reach for reach in self.reach])

    def lacks_of(self, choice: Choice) -> tuple[int, ...]:
        """By degree, what a choice lacks."""
        missing = list(self.needs)
        for move in choice:
            for demand, amount in move.gives:
                missing[demand] -= amount
        return lacks_in(self.lacks, self.demands, missing)

    def cost_of(self, choice: Choice) -> int:
        """What a choice costs."""
        return sum([move.cost for move in choice])

    def keeps(self, choice: Choice) -> bool:
        """Whether a choice keeps all caps and the shared limit."""
        used = dict.fromkeys(self.caps, 0)
        for move in choice:
            for cap, amount in move.uses:
                used[cap] += amount
        shared = sum(
            ects
            for ects, pairs in zip(self.work_ects, self.pairs, strict=True)
            if any(choice[first].counts and choice[other].counts for first, other in pairs)
        )
        return all(used[cap] <= most for cap, most in self.caps.items()) and shared <= self.shared_cap

    # Caps

    @cached_property
    def slack(self) -> dict[int, int]:
        """By cap, what would be left of it if every piece used the most it may; negative where it binds."""
        slack = dict(self.caps)
        for ways in self.ways:
            for cap, amount in ways.relief:
                slack[cap] -= amount
        return slack

    @cached_property
    def covers(self) -> list[list[tuple[int, Cover]]]:
        """The caps that bind, each with what staying within it must cost; those that share pieces in one list.

        Of caps with the same pieces the dearest counts; what other pieces cost comes on top.
        """
        groups: list[tuple[set[int], list[tuple[int, Cover]]]] = []
        for cap, cover in self._least_cost().items():
            pieces = {number for number, ways in enumerate(self.ways) if cap in dict(ways.relief)}
            covers = [(cap, cover)]
            apart = []
            for group in groups:
                if group[0].isdisjoint(pieces):
                    apart.append(group)
                else:
                    pieces |= group[0]
                    covers = group[1] + covers
            groups = [*apart, (pieces, covers)]
        return [covers for _, covers in groups]

    def _least_cost(self) -> dict[int, Cover]:
        """By cap that binds, what staying within it must cost."""
        covers = {}
        binding = sum(slack < 0 for slack in self.slack.values())
        for cap, slack in self.slack.items():
            if slack < 0:
                saving = []
                for ways in self.ways:
                    most = dict(ways.relief).get(cap)
                    saving.append(
                        None
                        if most is None
                        else [(most - dict(move.uses).get(cap, 0), move.cost) for move in ways.moves]
                    )
                covers[cap] = Cover(self.ways, -slack, saving, tables=binding)
        return covers

    # Works

    @cached_property
    def work_ects(self) -> list[int]:
        """By work, what it counts against the shared limit."""
        return [work.ects for work in self.works]

    @cached_property
    def shares(self) -> list[list[tuple[int, int, bool]]]:
        """By piece: (work, degree, whether natively)."""
        shares: list[list[tuple[int, int, bool]]] = [[] for _ in self.ways]
        for number, work in enumerate(self.works):
            for side in range(2):
                for piece in work.native[side]:
                    shares[piece].append((number, side, True))
                for piece in work.granted[side]:
                    shares[piece].append((number, side, False))
        return shares

    @cached_property
    def pairs(self) -> list[list[tuple[int, int]]]:
        """By work, the pairs of pieces that share it when both are counted."""
        return [
            [
                *((first, other) for first in work.native[0] for other in (*work.native[1], *work.granted[1])),
                *((first, other) for first in work.native[1] for other in work.granted[0]),
            ]
            for work in self.works
        ]

    @cached_property
    def shared_cost(self) -> Cover | None:
        """What staying within the shared limit must cost, as if every piece stood alone for its works."""
        excess = sum(self.work_ects) - self.shared_cap
        if excess <= 0:
            return None
        saving = []
        for ways, shares in zip(self.ways, self.shares, strict=True):
            ects = sum(self.work_ects[work] for work, _, _ in shares)
            saving.append([(0 if move.counts else ects, move.cost) for move in ways.moves] if ects else None)
        return Cover(self.ways, excess, saving)


class Goal:
    """What a part asks for: its trees, in which the plain sums are taken apart.

    A demand is owned by the degree to whose lack it simply adds; what stands below a ``Least`` is in a group.
    """

    def __init__(self, part: ProblemPart, trees: Sequence[Lack]) -> None:
        self.part, self.trees = part, trees
        self.owner = [-1] * len(part.demands)
        self.group_of = [-1] * len(part.demands)
        self.groups: list[tuple[int, Lack]] = []
        self.constant = [0] * len(trees)
        for degree, tree in enumerate(trees):
            self._take_apart(degree, tree)

    @cached_property
    def step(self) -> int:
        """Every lack of a choice is a multiple of it, beyond the constant; 0 where something is to be chosen."""
        if self.groups:
            return 0
        part = self.part
        amounts = [a * part.weights[demand] for ways in part.ways for move in ways.moves for demand, a in move.gives]
        return gcd(*amounts, *(need * weight for need, weight in zip(part.needs, part.weights, strict=True))) or 1

    @cached_property
    def group_trees(self) -> list[LackTree]:
        """By group, its tree, in which what is lacking changes demand by demand."""
        return [LackTree(tree) for _, tree in self.groups]

    def whole(self, lack: int) -> int:
        """The least lack from ``lack`` up that any choice could have."""
        if not self.step or lack >= NEVER:
            return lack
        constant = sum(self.constant)
        return constant - -(lack - constant) // self.step * self.step

    def _take_apart(self, degree: int, tree: Lack) -> None:
        match tree:
            case Constant(lack):
                self.constant[degree] += lack
            case DemandLack(demand):
                self.owner[demand] = degree
            case Sum(parts):
                for part in parts:
                    self._take_apart(degree, part)
            case Least():
                for demand in demands_of(tree):
                    self.group_of[demand] = len(self.groups)
                self.groups.append((degree, tree))
