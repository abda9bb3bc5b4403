"""What was already worked out for these very objects? Values made once, and kept while they are used again."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Source = TypeVar("Source")
Value = TypeVar("Value")

MOST = 64
"""How many values are kept; the one that was made first goes first."""


class Kept(Generic[Source, Value]):
    """Values by the identity of what they were made of. Rules are read once and used for many students."""

    def __init__(self, make: Callable[[tuple[Source, ...]], Value]) -> None:
        self._make = make
        # What a value was made of is kept with it, so that its identity is not given to anything else meanwhile.
        self._known: OrderedDict[tuple[int, ...], tuple[tuple[Source, ...], Value]] = OrderedDict()

    def value(self, *objects: Source) -> Value:
        """The value made of these objects."""
        key = tuple(map(id, objects))
        known = self._known.get(key)
        if known is None:
            known = objects, self._make(objects)
            while len(self._known) >= MOST:
                self._known.popitem(last=False)
            self._known[key] = known
        return known[1]
