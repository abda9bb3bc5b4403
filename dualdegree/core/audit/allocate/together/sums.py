"""What can be filled exactly? Sums of amounts of which each bundle gives one."""

from collections.abc import Iterable, Sequence

from dualdegree.core.audit.problem.whole_numbers import Amounts


def amounts_of(bids: Iterable[Sequence[Amounts]], count: int) -> list[list[set[int]]]:
    """By demand or cap: the amounts between which each bundle that touches it has the choice."""
    amounts: list[list[set[int]]] = [[] for _ in range(count)]
    for every in bids:
        own: dict[int, list[int]] = {}
        for pairs in every:
            for number, amount in pairs:
                own.setdefault(number, []).append(amount)
        for number, some in own.items():
            amounts[number].append(set(some) if len(some) == len(every) else {0, *some})
    return amounts


def sums_of(amounts: Iterable[Iterable[int]]) -> int:
    """What one amount of each adds up to, as bits: bit n is set when n is such a sum."""
    sums = 1
    for own in amounts:
        more = 0
        for amount in own:
            more |= sums << amount
        sums = more
    return sums
