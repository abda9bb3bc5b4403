"""What is settled before any search? Rules that cannot bind fall away; pieces that share no rule part."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dualdegree.core.audit.allocate.parts.forced import forced
from dualdegree.core.audit.allocate.parts.part import Choice, ProblemPart
from dualdegree.core.audit.allocate.parts.ways import Mask, Move, WayKind, Ways, kind_of
from dualdegree.core.audit.problem.whole_numbers import (
    OUT,
    Constant,
    Demand,
    DemandLack,
    Lack,
    Least,
    Problem,
    Sum,
    Work,
    demands_of,
    lack_of,
    lacks_in,
)

Term = tuple[Mask, Lack]
"""One of the parts of a tree that simply add up: its demands, and what it lacks."""


@dataclass(frozen=True, slots=True)
class Split:
    """A problem in independent parts; together their first choices are the first choice of the whole."""

    parts: tuple[ProblemPart, ...]
    pieces: tuple[tuple[int, ...], ...]
    """By part, which pieces of the whole it has, in the same order."""
    constants: tuple[int, ...]
    """By degree, what is lacking whatever is chosen."""


def parted(whole: ProblemPart) -> Split:
    """The whole in independent parts."""
    terms = [_terms(tree) for tree in whole.lacks]
    groups = _grouped(whole, [mask for own in terms for mask, tree in own if isinstance(tree, Least)])
    served = [_union(whole.ways[number].touched for number in own) for own in groups]
    everything = _union(served)
    nothing = [demand.need * demand.weight for demand in whole.demands]
    return Split(
        parts=tuple(_part(whole, own, demands, terms) for own, demands in zip(groups, served, strict=True)),
        pieces=tuple(map(tuple, groups)),
        constants=tuple(sum([lack_of(tree, nothing) for mask, tree in own if not mask & everything]) for own in terms),
    )


@dataclass(frozen=True, slots=True)
class SplitBound:
    """What is left of a problem when whatever cannot bind is gone and whoever has no choice has taken its place."""

    part: ProblemPart
    """The pieces that have a choice, in the order of step 5."""
    pieces: tuple[int, ...]
    """Which piece of the problem each of the part's is."""
    forced: tuple[tuple[int, Move], ...]
    """Pieces of the problem that have no choice, and where they go."""

    def options(self, choice: Choice) -> tuple[int, ...]:
        """By piece of the problem, the option that it takes when the part's pieces make that choice."""
        options = [0] * (len(self.pieces) + len(self.forced))
        for number, move in self.forced:
            options[number] = move.option
        for number, move in zip(self.pieces, choice, strict=True):
            options[number] = move.option
        return tuple(options)


def bound(problem: Problem) -> SplitBound:
    """The problem without what cannot bind, and without the pieces that have no choice."""
    every = [kind_of(piece.options) for piece in problem.pieces]
    order = _in_order(problem, every)
    pieces = [problem.pieces[number] for number in order]
    kinds = [every[number] for number in order]
    caps = _binding(problem, kinds)
    works = _limited(problem)
    linked = {piece for work in works for piece in _pieces_of(work)}
    may_be_out = [
        kind.can_be_out and (number in linked or bool(kind.spends & caps) or piece.previous == OUT)
        for number, piece, kind in zip(order, pieces, kinds, strict=True)
    ]
    needs = [demand.need for demand in problem.demands]
    for kind, out in zip(kinds, may_be_out, strict=True):
        if not out:
            for demand, amount in kind.certain:
                needs[demand] -= amount
    places = list(zip(kinds, pieces, may_be_out, strict=True))
    open_ = _open(needs)
    ways = [kind.ways(piece.previous, open_, caps, may_be_out=out) for kind, piece, out in places]
    settled = dict(forced(ways, needs, {position for position, number in enumerate(order) if number in linked}))
    left = [number for number in range(len(order)) if number not in settled]
    still_open = _open(needs)
    closed = open_ & ~still_open
    for number in left:
        kind, piece, out = places[number]
        if kind.demands & closed:
            ways[number] = kind.ways(piece.previous, still_open, caps, may_be_out=out)
    at = {order[number]: position for position, number in enumerate(left)}
    part = ProblemPart(
        ways=[ways[number] for number in left],
        # What is given in any case is off the need; what is filled by that alone asks nothing more.
        demands=[Demand(max(0, need), demand.weight) for need, demand in zip(needs, problem.demands, strict=True)],
        caps={number: cap for number, cap in enumerate(problem.caps) if cap is not None and caps >> number & 1},
        lacks=problem.lacks,
        works=tuple([_renumbered(work, at) for work in works]),
        shared_cap=problem.shared_cap if works else None,
    )
    return SplitBound(part, tuple(at), tuple([(order[number], move) for number, move in settled.items()]))


def _open(needs: Sequence[int]) -> Mask:
    """The demands that ask for anything."""
    return _union(1 << number for number, need in enumerate(needs) if need > 0)


def is_out_of_reach(problem: Problem) -> bool:
    """Whether something is lacking even when every piece gives every demand the most it can."""
    missing = [demand.need for demand in problem.demands]
    for piece in problem.pieces:
        for demand, amount in kind_of(piece.options).most:
            missing[demand] -= amount
    return any(lacks_in(problem.lacks, problem.demands, missing))


def _in_order(problem: Problem, kinds: Sequence[WayKind]) -> list[int]:
    """The pieces in the order of step 5: by degree, by how many leaves may take them, the largest first, by id."""
    turns = [
        (piece.degree, kind.rank, number)
        for number, (piece, kind) in enumerate(zip(problem.pieces, kinds, strict=True))
    ]
    return [number for _, _, number in sorted(turns)]


def _binding(problem: Problem, kinds: Iterable[WayKind]) -> Mask:
    """The caps that all pieces together could exceed."""
    most = [0] * len(problem.caps)
    for kind in kinds:
        for cap, amount in kind.uses:
            most[cap] += amount
    return _union(1 << number for number, cap in enumerate(problem.caps) if cap is not None and most[number] > cap)


def _limited(problem: Problem) -> tuple[Work, ...]:
    """The works that count against the shared limit, where all together could exceed it."""
    if problem.shared_cap is None or sum([work.ects for work in problem.works]) <= problem.shared_cap:
        return ()
    return tuple(work for work in problem.works if work.ects)


def _pieces_of(work: Work) -> set[int]:
    return {piece for side in (*work.native, *work.granted) for piece in side}


def _union(masks: Iterable[Mask]) -> Mask:
    union = 0
    for mask in masks:
        union |= mask
    return union


def _grouped(whole: ProblemPart, choices: Iterable[Mask]) -> list[list[int]]:
    """The pieces in groups that share no demand, cap, choice or limited work."""
    first_cap = len(whole.demands)
    works = 1 << first_cap + max(whole.caps, default=0) + 1
    linked = {piece for work in whole.works for piece in _pieces_of(work)}
    members: dict[Mask, list[int]] = {}
    for number, ways in enumerate(whole.ways):
        mask = ways.touched
        for cap, _ in ways.relief:
            mask |= 1 << first_cap + cap
        if number in linked:
            mask |= works
        members.setdefault(mask, []).append(number)
    # What is below one choice hangs together, whether or not any piece serves two of its demands.
    together: list[Mask] = []
    for mask in (*choices, *members):
        joined = _union([mask, *(other for other in together if other & mask)])
        together = [*(other for other in together if not other & mask), joined]
    groups: dict[Mask, list[int]] = {}
    for mask, own in members.items():
        if mask:
            groups.setdefault(next(other for other in together if other & mask), []).extend(own)
    # A piece that touches nothing is on its own.
    return sorted([*map(sorted, groups.values()), *([number] for number in members.get(0, ()))])


def _terms(tree: Lack) -> list[Term]:
    if isinstance(tree, Sum):
        return [term for part in tree.parts for term in _terms(part)]
    return [(_union(1 << demand for demand in demands_of(tree)), tree)]


def _part(whole: ProblemPart, pieces: Sequence[int], demands: Mask, terms: Sequence[Sequence[Term]]) -> ProblemPart:
    at = {number: position for position, number in enumerate(pieces)}
    ways: list[Ways] = [whole.ways[number] for number in pieces]
    caps = {cap for own in ways for cap, _ in own.relief}
    works = tuple(_renumbered(work, at) for work in whole.works if _pieces_of(work) <= at.keys())
    return ProblemPart(
        ways=ways,
        demands=whole.demands,
        caps={cap: most for cap, most in whole.caps.items() if cap in caps},
        lacks=tuple(
            Sum(tuple([_closed(tree, whole.demands, demands) for mask, tree in own if mask & demands])) for own in terms
        ),
        works=works,
        shared_cap=whole.shared_cap if works else None,
    )


def _renumbered(work: Work, at: dict[int, int]) -> Work:
    def sides(pieces: tuple[tuple[int, ...], tuple[int, ...]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return tuple(at[piece] for piece in pieces[0]), tuple(at[piece] for piece in pieces[1])

    return Work(work.ects, sides(work.native), sides(work.granted))


def _closed(tree: Lack, demands: Sequence[Demand], own: Mask) -> Lack:
    """The same tree, in which what no piece serves is a constant."""
    match tree:
        case Constant():
            return tree
        case DemandLack(demand):
            return tree if own >> demand & 1 else Constant(demands[demand].need * demands[demand].weight)
        case Sum(parts):
            return Sum(tuple([_closed(part, demands, own) for part in parts]))
        case Least(count, parts):
            return Least(count, tuple([_closed(part, demands, own) for part in parts]))
