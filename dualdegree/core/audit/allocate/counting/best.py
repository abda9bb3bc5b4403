"""Which choice is the first in the five steps, where rules count otherwise than by adding up?

The problem without its deductions is never stricter. Its first choice is therefore the first of all wherever the
deductions take nothing off that is missed then; and where it cannot be met, nothing can. Only else are the steps taken
one by one with an integer program: as many degrees met as can be, least lacking, fewest moved, most counted; and step 5
by asking for one wish after the other.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product

from dualdegree.core.audit.allocate.counting.program import CountingProgram, Picked
from dualdegree.core.audit.allocate.effort import Effort, Untrusted
from dualdegree.core.audit.problem.whole_numbers import OUT, Figures, Piece, Problem, figures

FILLING, FREE, FULL, LEFT_OUT = range(4)
Settled = tuple[tuple[int, int, int, int], Picked]
"""The figures of a choice in the order of the steps, and the choice."""


def without_deductions(problem: Problem) -> Problem:
    """The same problem, in which nothing comes off."""
    return replace(problem, deductions=())


def best_counted(problem: Problem, plain: Picked, effort: Effort) -> Picked:
    """The first choice; ``plain`` is that of the problem without deductions."""
    wished = figures(problem, plain)
    if wished is not None and wished == figures(without_deductions(problem), plain):
        return plain
    try:
        return _step_by_step(problem, effort)
    except Untrusted:
        effort.is_proven = False
        # The plain choice keeps every limit, whatever it lacks.
        return plain


def met_counted(problem: Problem, plain: Picked, effort: Effort) -> Picked | None:
    """Some choice that lacks nothing, if there is any; ``plain`` is one of the problem without deductions.

    Raises ``Untrusted`` where that cannot be settled.
    """
    if _is_met(figures(problem, plain)):
        return plain
    program = CountingProgram(problem, [True] * len(problem.lacks), effort)
    picked = program.picked({})
    if picked is not None:
        program.figures(picked)
    return picked


def _is_met(seen: Figures | None) -> bool:
    return seen is not None and not any(seen.lacks)


def _step_by_step(problem: Problem, effort: Effort) -> Picked:
    degrees = len(problem.lacks)
    for number in range(degrees, -1, -1):
        ways = [
            (settled, program)
            for held in product((True, False), repeat=degrees)
            if sum(held) == number
            and (settled := _settled(program := CountingProgram(problem, held, effort))) is not None
        ]
        if ways:
            least = min(settled[0] for settled, _ in ways)
            first = [_wished(program, settled[1]) for settled, program in ways if settled[0] == least]
            return min(first, key=lambda picked: ranks(problem, picked))
    raise Untrusted


def _settled(program: CountingProgram) -> Settled | None:
    """A choice that is the first in steps 2 to 4, with the program bound to its figures."""
    costs: list[tuple[dict[int, int], Callable[[Figures], int]]] = [
        (program.lack, lambda seen: sum(seen.lacks) - program.constant),
        (program.cost(1, 0), lambda seen: seen.moved),
        (program.cost(0, 1), lambda seen: most - seen.ects),
    ]
    most = sum(max(option.ects for option in piece.options) for piece in program.problem.pieces)
    picked: Picked | None = None
    for cost, value in costs:
        if cost or picked is None:
            picked = program.picked(cost)
            if picked is None:
                return None
            program.bind(cost, value(program.figures(picked)))
    return (program.figures(picked).order, picked) if picked is not None else None


def _wished(program: CountingProgram, picked: Picked) -> Picked:
    """The choice with these figures in which every piece in turn has the first wish that can be granted."""
    problem = program.problem
    order = program.figures(picked).order
    have = [0] * len(problem.demands)
    for number in in_turn(problem.pieces):
        piece = problem.pieces[number]
        for index in sorted(range(len(piece.options)), key=lambda index: wish(piece, index, have, problem)):
            if picked[number] == index:
                break
            program.place(number, index)
            granted = program.picked({})
            if granted is not None:
                if program.figures(granted).order != order:
                    raise Untrusted
                picked = granted
                break
        program.place(number, picked[number])
        _give(piece, picked[number], have)
    return picked


def in_turn(pieces: Sequence[Piece]) -> list[int]:
    """The pieces in the order of step 5: by degree, what the fewest leaves take first, then the largest, then by id."""
    return sorted(range(len(pieces)), key=lambda number: (pieces[number].degree, *_rank(pieces[number]), number))


def _rank(piece: Piece) -> tuple[int, int]:
    return sum(option.leaf >= 0 for option in piece.options), -max(option.ects for option in piece.options)


def wish(piece: Piece, index: int, have: Sequence[int], problem: Problem) -> tuple[int, int]:
    """How much an option is wished for in step 5, when the pieces before gave the leaves what they ``have``."""
    option = piece.options[index]
    if option.leaf >= 0:
        return FULL if have[option.leaf] >= problem.demands[option.leaf].need else FILLING, index
    return (LEFT_OUT if option.place == OUT else FREE), 0


def _give(piece: Piece, index: int, have: list[int]) -> None:
    option = piece.options[index]
    if option.leaf >= 0:
        have[option.leaf] += dict(option.gives).get(option.leaf, 0)


def ranks(problem: Problem, picked: Picked) -> list[tuple[int, int]]:
    """How a choice ranks in step 5; less is better."""
    have = [0] * len(problem.demands)
    ranked = []
    for number in in_turn(problem.pieces):
        ranked.append(wish(problem.pieces[number], picked[number], have, problem))
        _give(problem.pieces[number], picked[number], have)
    return ranked
