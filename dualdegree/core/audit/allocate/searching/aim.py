"""What is the least that could be lacking, and cost, and which choice is the first that has these figures?

Aims are raised from below: no choice has less than its aim, as bounds that never overestimate tell, so the first choice
that a search finds at the lowest aim is the first in the whole order. The lack is settled before the cost is looked at.
"""

from collections.abc import Sequence

from dualdegree.core.audit.allocate.effort import ANY, NEVER, Effort, OutOfWork
from dualdegree.core.audit.allocate.order import first_of
from dualdegree.core.audit.allocate.parts.part import Choice, Goal, ProblemPart
from dualdegree.core.audit.allocate.parts.variants import variants
from dualdegree.core.audit.allocate.searching.memory import FoundChoice, Limits, Memory
from dualdegree.core.audit.allocate.searching.prices import Prices, Program
from dualdegree.core.audit.allocate.searching.search import Search, limited

STATES, PLAIN_STATES = 1200, 4
"""How many states a search may look at before the solver is asked; only so many for each piece where the solver is
quick, because nothing is to be chosen or shared."""
ALL_STATES = 1800
"""How many states all searches of one part may look at."""
SHORT = 3
"""The same for a search that only says whether it is worth to go on."""
RAISES = 6
"""How often one aim is raised before the solver is asked."""
OPTIMISTIC = 2
"""How often the least cost that is still possible is tried before halving what is between it and a known cost."""


def least_lack(aims: Sequence["Aim"]) -> Choice | None:
    """Some choice with the least lack, if there is any. Raises ``OutOfWork``."""
    for _ in range(RAISES * len(aims)):
        lack = min(aim.lack for aim in aims)
        if lack >= NEVER:
            return None
        lowest = [aim for aim in aims if aim.lack == lack]
        raised = [aim.price() for aim in lowest]
        if any(raised):
            continue
        for aim in lowest:
            if (choice := aim.some()) is not None:
                return choice
    raise OutOfWork


def least_cost(part: ProblemPart, aims: Sequence["Aim"], known: Choice) -> Choice:
    """The first choice of all; one that has the least lack is known. Raises ``OutOfWork``."""
    lack, cost = sum(part.lacks_of(known)), part.cost_of(known)
    aims = [aim for aim in aims if aim.lack <= lack]
    for aim in aims:
        aim.settle_for(lack, ask=cost > part.floor[0])
    for tried in range(RAISES * 2):
        low, most = min(aim.cost for aim in aims), part.cost_of(known)
        cost = low if tried < OPTIMISTIC or low >= most else (low + most) // 2
        choices = [choice for aim in aims if aim.cost <= cost and (choice := aim.first(cost)) is not None]
        if choices and cost == low:
            return first_of(part, choices)
        if choices:
            known = min(choices, key=part.cost_of)
    raise OutOfWork


def aims_of(part: ProblemPart, within: tuple[int, ...], effort: Effort) -> list["Aim"]:
    """One aim for each way to settle what is to be chosen, for which prices tell more.

    Where works are shared prices are dear, so it is first tried whether all demands have their best at once.
    """
    program = Program(part)
    if part.works:
        together = Aim(part.asked, within, effort, program)
        if together.can_be_had():
            return [together]
    return apart(part, within, effort, program)


def apart(part: ProblemPart, within: tuple[int, ...], effort: Effort, program: Program) -> list["Aim"]:
    """One aim for each way to settle what is to be chosen."""
    return [Aim(asked, within, effort, program) for asked in variants(part)]


class Aim:
    """The figures that one way to settle what is to be chosen could have at best."""

    def __init__(self, asked: Goal, within: tuple[int, ...], effort: Effort, program: Program) -> None:
        self.asked, self.within, self.effort = asked, within, effort
        self.prices = Prices(asked, program)
        self.is_priced = False
        self.had: Choice | None = None
        is_quick = asked.part.is_plain and not asked.part.works
        self.states = asked.part.size * PLAIN_STATES if is_quick else STATES
        self.most_states = effort.states + ALL_STATES
        self.by_lack, self.by_cost = Memory(asked), Memory(asked)
        self.lack = self.cost = 0
        self.lack = self._bound(Limits(within, -1, ANY, by_lack=True))

    def can_be_had(self) -> bool:
        """Whether a short search finds a choice with the least lack that is still possible; it is kept."""
        if self.lack >= NEVER:
            return False
        states = self.asked.part.size * SHORT
        outcome = limited(self.asked, self._lack_limits(), Memory(self.asked), self.effort, states=states)
        self.had = None if outcome is None else outcome.choice
        return self.had is not None

    def price(self) -> bool:
        """Ask for prices, once; whether they raise the least lack."""
        if self.is_priced:
            return False
        self.is_priced, before = True, self.lack
        self.by_lack.prices = self.prices
        self.by_lack.ask([], self._lack_limits(), self.effort)
        self.lack = max(self.lack, self.asked.whole(self._bound(self._lack_limits())))
        return self.lack != before

    def some(self) -> Choice | None:
        """Some choice with this lack; without any, it is raised. Raises ``OutOfWork``."""
        if self.had is not None:
            return self.had
        outcome = self._searched(self._lack_limits(), self.by_lack)
        if outcome.choice is None:
            self.lack = self.asked.whole(outcome.least)
        return outcome.choice

    def settle_for(self, lack: int, *, ask: bool = True) -> None:
        """From now on look for a choice with that lack, which is known to be reached.

        Prices are not worth to ``ask`` for where a choice is known that costs no more than any must.
        """
        self.lack, self.cost = lack, 0
        # Dead ends were found for a smaller lack and say nothing of a larger one; cuts hold for every lack.
        self.by_cost = Memory(self.asked, self.prices, self.by_lack.cuts)
        if ask:
            self.by_cost.ask([], self._cost_limits(), self.effort)
        self.cost = self._bound(self._cost_limits())

    def first(self, cost: int) -> Choice | None:
        """The first choice with this lack and no more than that cost; without any, the aim is raised.

        Raises ``OutOfWork``.
        """
        outcome = self._searched(self._cost_limits()._replace(cost=cost), self.by_cost)
        if outcome.choice is None:
            self.cost = outcome.least
        return outcome.choice

    def _lack_limits(self) -> Limits:
        return Limits(self.within, self.lack, ANY, by_lack=True)

    def _cost_limits(self) -> Limits:
        return Limits(self.within, self.lack, self.cost, by_lack=False)

    def _bound(self, limits: Limits) -> int:
        return Search(self.asked, limits, self.by_lack if limits.by_lack else self.by_cost, self.effort).bound()

    def _searched(self, limits: Limits, memory: Memory) -> FoundChoice:
        states = min(self.states, self.most_states - self.effort.states)
        outcome = limited(self.asked, limits, memory, self.effort, states=states) if states > 0 else None
        if outcome is None:
            raise OutOfWork
        return outcome
