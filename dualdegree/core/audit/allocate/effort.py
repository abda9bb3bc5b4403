"""How much work did an audit's search do, and can its outcome be relied on?"""

from dataclasses import dataclass

MOST_WORK, MORE_WORK = 4_400_000, 20_000
"""How much work an audit may be, and how much more for each piece beyond ``MANY``.

A unit is about a microsecond on the machine of the benchmark; but it is counted, never timed, so that the same case has
the same answer on every machine.
"""
MANY = 300
KEPT_BACK = 5
"""Which part of its work an audit keeps for what is asked once the choice is made."""
NEVER = 1 << 300
"""More than any figure."""
ANY = NEVER - 1
"""A limit that every figure keeps."""


def work_for(pieces: int) -> int:
    """How much work an audit of so many pieces may be."""
    return MOST_WORK + MORE_WORK * max(0, pieces - MANY)


class OutOfWork(Exception):
    """A search looked at as many states as it may."""


class Untrusted(ArithmeticError):
    """The solver gave up, no work is left, or its figure and the one recomputed in whole numbers disagree."""


@dataclass(slots=True)
class Effort:
    """What was done so far; every figure is a count, and the same for the same case on every machine."""

    most_work: int = MOST_WORK
    """How much work all of it may be."""
    work: int = 0
    """What the solver did and what was weighed, in units of about a microsecond."""
    most_states: int = 1 << 62
    """How many states may be looked at; without limit unless said otherwise."""
    states: int = 0
    """Pieces tried in places."""
    searches: int = 0
    prices: int = 0
    """Linear programs solved for prices."""
    rounds: int = 0
    """How often a choice was mended."""
    solves: int = 0
    """Integer models solved."""
    is_proven: bool = True
    """False once something had to be taken for the best that was found, not the best there is."""

    @property
    def left(self) -> int:
        """The work that may still be done."""
        return max(0, self.most_work - self.work)

    def spend(self, work: int) -> None:
        """Do so much work. Raises ``Untrusted`` where none is left."""
        if not self.left:
            raise Untrusted
        self.work += work

    def add(self, other: "Effort") -> None:
        """Count what another effort did as well."""
        self.work += other.work
        self.states += other.states
        self.searches += other.searches
        self.prices += other.prices
        self.rounds += other.rounds
        self.solves += other.solves
        self.is_proven = self.is_proven and other.is_proven
