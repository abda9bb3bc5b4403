"""Which choice of one part is the first in the order? The least lack, then the least cost, then the first in step 5.

Most parts are settled by giving every piece its first wish, or by one search without a detour. Where that fails prices
say better what to aim at; and what a search still does not reach is left to the solver.
"""

from collections.abc import Sequence
from typing import NamedTuple

from dualdegree.core.audit.allocate.effort import ANY, NEVER, Effort, OutOfWork, Untrusted
from dualdegree.core.audit.allocate.order import first_wishes
from dualdegree.core.audit.allocate.parts.part import Choice, ProblemPart
from dualdegree.core.audit.allocate.searching.memory import Limits, Memory
from dualdegree.core.audit.allocate.searching.search import Search, limited

FIRST_TRY = 3
"""How many states for each piece the first try may look at."""
LIMITED_TRY = 3
"""The same for every two pieces, where limits bind."""
LAST_TRY = 100
"""The same where the solver failed, and some choice is better than none."""


class Settled(NamedTuple):
    """The first choice of a part, and its figures."""

    choice: Choice
    lacks: tuple[int, ...]
    cost: int


def settled(part: ProblemPart, within: tuple[int, ...], effort: Effort) -> Settled | None:
    """The first choice that keeps the lack of each degree ``within``; ``None`` when there is none."""
    if any(lack > most for lack, most in zip(part.least_lacks, within, strict=True)):
        return None
    choice = first_wishes(part)
    if choice is None:
        choice = None if part.is_pressed else _at_once(part, within, effort)
        choice = choice or _step_by_step(part, within, effort)
    return None if choice is None else Settled(choice, part.lacks_of(choice), part.cost_of(choice))


def possible(part: ProblemPart, effort: Effort) -> Choice | None:
    """Some choice that leaves nothing lacking, if there is any. Raises ``Untrusted`` where that cannot be settled."""
    if any(part.least_lacks):
        return None
    nothing = (0,) * len(part.lacks)
    if (wished := first_wishes(part)) is not None:
        return wished
    if not part.is_limited:
        limits = Limits(nothing, 0, ANY, by_lack=False)
        asked = part.asked
        outcome = limited(asked, limits, Memory(asked), effort, states=part.size * FIRST_TRY)
        if outcome is not None:
            return outcome.choice
    return _possible_step_by_step(part, effort)


def _at_once(part: ProblemPart, within: tuple[int, ...], effort: Effort) -> Choice | None:
    """The first choice, where nothing stands in the way of what the simplest bounds allow."""
    asked = part.asked
    lack = sum(part.least_lacks)
    memory = Memory(asked)
    cost = Search(asked, Limits(within, lack, -1, by_lack=False), memory, effort).bound()
    if cost >= NEVER:
        return None
    outcome = limited(asked, Limits(within, lack, cost, by_lack=False), memory, effort, states=_first_states(part))
    return None if outcome is None else outcome.choice


def _first_states(part: ProblemPart) -> int:
    """How many states the first try may look at: where limits bind it comes to its end nearly straight, or never."""
    return part.size * LIMITED_TRY // 2 if part.is_limited else part.size * FIRST_TRY


def _step_by_step(part: ProblemPart, within: tuple[int, ...], effort: Effort) -> Choice | None:
    # Asking for prices loads the solver's library, which most audits never need.
    from dualdegree.core.audit.allocate.searching.aim import aims_of, least_cost, least_lack

    if not part.is_limited:
        aims = aims_of(part, within, effort)
        try:
            known = least_lack(aims)
            return None if known is None else least_cost(part, aims, known)
        except OutOfWork:
            pass
    return _together(part, within, effort)


def _together(part: ProblemPart, within: tuple[int, ...], effort: Effort) -> Choice | None:
    from dualdegree.core.audit.allocate.searching.solver import Solver
    from dualdegree.core.audit.allocate.together.best import first_together
    from dualdegree.core.audit.allocate.together.board import TooWide

    try:
        return first_together(part, within, effort)
    except TooWide:
        pass
    solver = Solver(part, within, effort)
    try:
        return solver.best(0, 0, None)
    except Untrusted:
        return _unproven(part, within, effort, [] if solver.seen is None else [solver.seen])


def _unproven(part: ProblemPart, within: tuple[int, ...], effort: Effort, seen: Sequence[Choice]) -> Choice | None:
    """The best choice seen, where the solver came to no end; without any, the first that a search finds.

    Where that takes too long, nothing is counted.
    """
    effort.is_proven = False
    if seen:
        return min(seen, key=lambda choice: (sum(part.lacks_of(choice)), part.cost_of(choice)))
    asked = part.asked
    limits = Limits(within, ANY, ANY, by_lack=False)
    outcome = limited(asked, limits, Memory(asked), effort, states=part.size * LAST_TRY)
    if outcome is not None:
        return outcome.choice
    nothing = tuple([ways.out or ways.fallback for ways in part.ways])
    lacks = part.lacks_of(nothing)
    return nothing if all(lack <= most for lack, most in zip(lacks, within, strict=True)) else None


def _possible_step_by_step(part: ProblemPart, effort: Effort) -> Choice | None:
    from dualdegree.core.audit.allocate.searching.solver import Solver
    from dualdegree.core.audit.allocate.together.best import any_together
    from dualdegree.core.audit.allocate.together.board import TooWide

    try:
        return any_together(part, effort)
    except TooWide:
        pass
    return Solver(part, (0,) * len(part.lacks), effort).any()
