"""Which choice of one part is the first in the order? The least lack, then the least cost, then the first in step 5.

Most parts are settled by giving every piece its first wish, or by one search without a detour. Where that fails, the
figures are searched first, with the pieces that have the fewest ways in front and prices for bounds; then the first
choice with these figures. What is still not settled goes to the solver.
"""

from typing import NamedTuple

from dualdegree.core.audit.allocate.effort import Effort, OutOfWork
from dualdegree.core.audit.allocate.order import first_wishes, is_before
from dualdegree.core.audit.allocate.part import NEVER, Asked, Choice, Part, variants
from dualdegree.core.audit.allocate.search import STATES, Limits, Memory, Search, limited

FIRST_TRY = 3
"""How many states for each piece the first try may look at."""


class Settled(NamedTuple):
    """The first choice of a part, and its figures."""

    choice: Choice
    lacks: tuple[int, ...]
    cost: int


def settled(part: Part, within: tuple[int, ...], effort: Effort) -> Settled | None:
    """The first choice that keeps the lack of each degree ``within``; ``None`` when there is none."""
    least = part.least_lacks()
    if any(lack > most for lack, most in zip(least, within, strict=True)):
        return None
    if (wished := first_wishes(part)) is not None:
        return _settled(part, wished)
    return _at_once(part, within, effort) or _step_by_step(part, within, effort)


def _settled(part: Part, choice: Choice) -> Settled:
    return Settled(choice, part.lacks_of(choice), sum([move.cost for move in choice]))


def _at_once(part: Part, within: tuple[int, ...], effort: Effort) -> Settled | None:
    """The first choice, where nothing stands in the way of what the simplest bounds allow."""
    asked = Asked(part, part.lacks)
    lack = sum(part.least_lacks())
    cost = Search(asked, Limits(within, lack, -1, by_lack=False), Memory(asked), effort).bound()
    if cost >= NEVER:
        return None
    limits = Limits(within, lack, cost, by_lack=False)
    found = limited(asked, limits, Memory(asked), effort, part.size * FIRST_TRY)
    return None if found is None or found.choice is None else _settled(part, found.choice)


def _step_by_step(part: Part, within: tuple[int, ...], effort: Effort) -> Settled | None:
    # Asking for prices loads the solver's library, which most audits never need.
    from dualdegree.core.audit.allocate.figures import least_figures

    try:
        known = least_figures(part, within, effort)
        return None if known is None else _first(part, within, known, effort)
    except OutOfWork:
        return _solved(part, within, effort)


def _first(part: Part, within: tuple[int, ...], known: tuple[int, int], effort: Effort) -> Settled:
    """The first choice in step 5 among those with known figures. Raises ``OutOfWork``."""
    from dualdegree.core.audit.allocate.prices import Prices

    lack, cost = known
    limits = Limits(within, lack, cost, by_lack=False)
    first: Choice | None = None
    for asked in variants(part):
        memory = Memory(asked, Prices(asked))
        for by_lack in (True, False):
            memory.ask([], limits._replace(by_lack=by_lack), effort)
        found = limited(asked, limits, memory, effort, STATES)
        if found is None:
            raise OutOfWork
        if found.choice is not None and (first is None or is_before(part, found.choice, first)):
            first = found.choice
    if first is None:
        raise AssertionError("figures that were found have a choice")
    return _settled(part, first)


def _solved(part: Part, within: tuple[int, ...], effort: Effort) -> Settled | None:
    """The same by integer model."""
    from dualdegree.core.audit.allocate.solver import solved

    choice = solved(part, within, effort)
    return None if choice is None else _settled(part, choice)
