"""What can be filled exactly? Sums of amounts of which each bundle gives one."""

from collections.abc import Iterable, Mapping, Sequence


def amounts_of(bids: Iterable[Sequence[Mapping[int, int]]], count: int) -> list[list[set[int]]]:
    """By rule, of so many: the amounts between which each bundle that touches it has the choice."""
    amounts: list[list[set[int]]] = [[] for _ in range(count)]
    for rows in bids:
        own: dict[int, list[int]] = {}
        for row in rows:
            for rule, amount in row.items():
                if rule in own:
                    own[rule].append(amount)
                else:
                    own[rule] = [amount]
        for rule, some in own.items():
            amounts[rule].append(set(some) if len(some) == len(rows) else {0, *some})
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
