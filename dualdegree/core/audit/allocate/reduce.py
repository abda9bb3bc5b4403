"""What is settled before any search? Rules that cannot bind fall away, and what has nothing to do with each other parts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dualdegree.core.audit.allocate.part import demands_of
from dualdegree.core.audit.problem import OUT, Constant, Demand, Lack, Least, Of, Option, Piece, Problem, Sum, Work


@dataclass(frozen=True, slots=True)
class Split:
    """A problem in independent parts; together their first choices are the first choice of the whole."""

    parts: tuple[Problem, ...]
    pieces: tuple[tuple[int, ...], ...]
    """By part, which pieces of the whole it has, in the same order."""
    options: tuple[tuple[int, ...], ...]
    """By piece of the whole, the indexes of the options that are left to it."""
    constants: tuple[int, ...]
    """By degree, what is lacking whatever is chosen."""


def split(problem: Problem) -> Split:
    """The problem without what is settled, in independent parts."""
    caps = _binding(problem)
    works = _limited(problem)
    linked = {piece for work in works for piece in _pieces_of(work)}
    left = tuple(_useful(piece, caps, is_linked=number in linked) for number, piece in enumerate(problem.pieces))
    leaves = {option.leaf for piece in problem.pieces for option in piece.options}
    certain = [_certain(piece, kept, leaves) for piece, kept in zip(problem.pieces, left, strict=True)]
    needs = [demand.need for demand in problem.demands]
    for own in certain:
        for demand, amount in own.items():
            needs[demand] -= amount
    # What a piece gives an overlay wherever it goes is taken off the need; what is filled by that asks nothing more.
    smaller = replace(
        problem,
        demands=tuple(Demand(max(0, need), demand.weight) for need, demand in zip(needs, problem.demands, strict=True)),
        pieces=tuple(
            Piece(piece.degree, piece.id, tuple(_stripped(piece.options[index], caps, own, needs) for index in kept))
            for piece, kept, own in zip(problem.pieces, left, certain, strict=True)
        ),
        caps=tuple(cap if number in caps else None for number, cap in enumerate(problem.caps)),
        works=works,
        shared_cap=problem.shared_cap if works else None,
    )
    return _parted(smaller, left)


def _binding(problem: Problem) -> set[int]:
    """The caps that all pieces together could exceed."""
    most = [0] * len(problem.caps)
    for piece in problem.pieces:
        own: dict[int, int] = {}
        for option in piece.options:
            for cap, amount in option.uses:
                own[cap] = max(own.get(cap, 0), amount)
        for cap, amount in own.items():
            most[cap] += amount
    return {number for number, cap in enumerate(problem.caps) if cap is not None and most[number] > cap}


def _limited(problem: Problem) -> tuple[Work, ...]:
    """The works that count against the shared limit, where all together could exceed it."""
    works = tuple(work for work in problem.works if work.ects)
    if problem.shared_cap is None or sum(work.ects for work in works) <= problem.shared_cap:
        return ()
    return works


def _pieces_of(work: Work) -> set[int]:
    return {piece for side in (*work.native, *work.granted) for piece in side}


def _useful(piece: Piece, caps: set[int], *, is_linked: bool) -> tuple[int, ...]:
    """The options that could be part of the first choice.

    Leaving a piece out is never better than counting it where that uses nothing scarce, unless counting it is a move.
    """
    kept = range(len(piece.options))
    last = piece.options[-1]
    if len(kept) > 1 and last.place == OUT and not is_linked:
        instead = piece.free or piece.options[0]
        if last.moved >= instead.moved and not any(cap in caps for cap, _ in instead.uses):
            return tuple(kept[:-1])
    return tuple(kept)


def _certain(piece: Piece, kept: Sequence[int], leaves: set[int]) -> dict[int, int]:
    """What the piece gives to each overlay wherever it goes.

    Not to exclusive leaves: when one is full matters to step 5.
    """
    certain = {demand: amount for demand, amount in piece.options[kept[0]].gives if demand not in leaves}
    for index in kept[1:]:
        gives = dict(piece.options[index].gives)
        certain = {demand: min(amount, gives[demand]) for demand, amount in certain.items() if demand in gives}
    return certain


def _stripped(option: Option, caps: set[int], certain: dict[int, int], needs: Sequence[int]) -> Option:
    gives = tuple(
        (demand, amount - certain.get(demand, 0))
        for demand, amount in option.gives
        if amount > certain.get(demand, 0) and needs[demand] > 0
    )
    return replace(option, gives=gives, uses=tuple((cap, amount) for cap, amount in option.uses if cap in caps))


def _parted(problem: Problem, left: tuple[tuple[int, ...], ...]) -> Split:
    groups = _Groups(len(problem.pieces))
    for links in _links(problem):
        groups.join(links)
    members: dict[int, list[int]] = {}
    for number in range(len(problem.pieces)):
        members.setdefault(groups.root(number), []).append(number)
    pieces = tuple(tuple(own) for own in sorted(members.values()))
    touched = [
        {demand for number in own for option in problem.pieces[number].options for demand, _ in option.gives}
        for own in pieces
    ]
    everything = set().union(*touched)
    return Split(
        parts=tuple(_part(problem, own, demands) for own, demands in zip(pieces, touched, strict=True)),
        pieces=pieces,
        options=left,
        constants=tuple(_constant(tree, problem.demands, everything) for tree in problem.lacks),
    )


def _links(problem: Problem) -> Iterable[Iterable[int]]:
    """Sets of pieces that have to do with each other."""
    by_demand: dict[int, list[int]] = {}
    by_cap: dict[int, list[int]] = {}
    bundles = _bundles(problem.lacks)
    for number, piece in enumerate(problem.pieces):
        for option in piece.options:
            for demand, _ in option.gives:
                by_demand.setdefault(bundles.get(demand, demand), []).append(number)
            # A piece without credits gives a leaf nothing, but where it goes depends on whether the leaf is full.
            if option.leaf >= 0 and problem.demands[option.leaf].need > 0:
                by_demand.setdefault(bundles.get(option.leaf, option.leaf), []).append(number)
            for cap, _ in option.uses:
                by_cap.setdefault(cap, []).append(number)
    yield from by_demand.values()
    yield from by_cap.values()
    yield [piece for work in problem.works for piece in _pieces_of(work)]


def _bundles(lacks: Iterable[Lack]) -> dict[int, int]:
    """The demands below one ``Least`` belong together: each is mapped to the first of them."""
    found: dict[int, int] = {}
    for tree in lacks:
        match tree:
            case Sum(parts):
                found |= _bundles(parts)
            case Least():
                own = demands_of(tree)
                found |= dict.fromkeys(own, own[0]) if own else {}
            case Of() | Constant():
                pass
    return found


def _part(problem: Problem, pieces: Sequence[int], demands: set[int]) -> Problem:
    at = {number: position for position, number in enumerate(pieces)}
    works = tuple(_renumbered(work, at) for work in problem.works if _pieces_of(work) <= at.keys())
    return replace(
        problem,
        pieces=tuple(problem.pieces[number] for number in pieces),
        lacks=tuple(_own(tree, problem.demands, demands) for tree in problem.lacks),
        works=works,
        shared_cap=problem.shared_cap if works else None,
    )


def _renumbered(work: Work, at: dict[int, int]) -> Work:
    def sides(pieces: tuple[tuple[int, ...], tuple[int, ...]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return tuple(at[piece] for piece in pieces[0]), tuple(at[piece] for piece in pieces[1])

    return Work(work.ects, sides(work.native), sides(work.granted))


def _own(tree: Lack, demands: Sequence[Demand], own: set[int]) -> Lack:
    """What of the tree depends on the part's demands; the rest of the tree is counted elsewhere."""
    match tree:
        case Of(demand) if demand in own:
            return tree
        case Sum(parts):
            kept = (_own(part, demands, own) for part in parts)
            return Sum(tuple(part for part in kept if part != Sum(())))
        case Least() if own & set(demands_of(tree)):
            return _closed(tree, demands, own)
        case _:
            return Sum(())


def _closed(tree: Lack, demands: Sequence[Demand], own: set[int]) -> Lack:
    """The same tree, in which what no piece serves is a constant."""
    match tree:
        case Constant():
            return tree
        case Of(demand):
            return tree if demand in own else Constant(demands[demand].need * demands[demand].weight)
        case Sum(parts):
            return Sum(tuple(_closed(part, demands, own) for part in parts))
        case Least(count, parts):
            return Least(count, tuple(_closed(part, demands, own) for part in parts))


def _constant(tree: Lack, demands: Sequence[Demand], served: set[int]) -> int:
    """What of the tree's lack no piece can change."""
    match tree:
        case Constant(lack):
            return lack
        case Of(demand):
            return 0 if demand in served else demands[demand].need * demands[demand].weight
        case Sum(parts):
            return sum(_constant(part, demands, served) for part in parts)
        case Least(count, parts):
            if served & set(demands_of(tree)):
                return 0
            return sum(sorted(_constant(part, demands, served) for part in parts)[:count])


class _Groups:
    """Which pieces have to do with each other, directly or through others."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def root(self, number: int) -> int:
        while self.parent[number] != number:
            self.parent[number] = self.parent[self.parent[number]]
            number = self.parent[number]
        return number

    def join(self, members: Iterable[int]) -> None:
        first = -1
        for number in members:
            root = self.root(number)
            if first < 0:
                first = root
            elif root != first:
                first, last = min(first, root), max(first, root)
                self.parent[last] = first
