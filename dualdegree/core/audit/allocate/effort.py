"""How much work did an audit's search do, and how much may it do?"""

from dataclasses import dataclass


class OutOfWork(Exception):
    """A search looked at as many states as it may."""


@dataclass(slots=True)
class Effort:
    """What was done so far; every field is a count, and the same for the same case on every machine."""

    most_states: int
    states: int = 0
    """Pieces tried in places."""
    searches: int = 0
    prices: int = 0
    """Linear programs solved for prices."""
    solves: int = 0
    """Integer models solved."""

    def spend(self) -> None:
        """Count one more state. Raises ``OutOfWork``."""
        self.states += 1
        if self.states > self.most_states:
            raise OutOfWork

    def add(self, other: "Effort") -> None:
        """Count what another effort did as well."""
        self.states += other.states
        self.searches += other.searches
        self.prices += other.prices
        self.solves += other.solves
