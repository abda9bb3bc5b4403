"""How much work did an audit's search do, and can its outcome be relied on?"""

from dataclasses import dataclass

NEVER = 1 << 300
"""More than any figure."""
ANY = NEVER - 1
"""A limit that every figure keeps."""


class OutOfWork(Exception):
    """A search looked at as many states as it may."""


class Untrusted(ArithmeticError):
    """The solver gave up, may not go on, or its figure and the one recomputed in whole numbers disagree."""


@dataclass(slots=True)
class Effort:
    """What was done so far; every figure is a count, and the same for the same case on every machine."""

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
    branched: int = 0
    """Nodes that integer models were branched into, each counted as often as its model has columns."""
    is_proven: bool = True
    """False once something had to be taken for the best that was found, not the best there is."""

    def add(self, other: "Effort") -> None:
        """Count what another effort did as well."""
        self.states += other.states
        self.searches += other.searches
        self.prices += other.prices
        self.rounds += other.rounds
        self.solves += other.solves
        self.branched += other.branched
        self.is_proven = self.is_proven and other.is_proven
