"""What must keeping to the caps cost, when each bundle is taken whole? Exact, for the few caps that matter most.

Prices let a bundle be split so that a cap is used to the last unit, and a bound misses what does not fit. For the
shared limit and the dearest caps it is worked out here, over all amounts of them that could be left, what the bundles
cost at least at the prices of everything else.
"""

from math import gcd, prod

import numpy as np
from numpy.typing import NDArray

from dualdegree.core.audit.allocate.together.board import Board
from dualdegree.core.audit.allocate.together.relaxation import SCALE, Bound

MOST_CELLS = 20_000
"""How many combinations of what is left of the caps are looked at."""
IMPOSSIBLE = 1e17


def whole_bound(board: Board, bound: Bound) -> int:
    """The least value that a choice could have, when the caps are kept by whole bundles; never below the bound's."""
    caps, units = _worked_out(board, bound)
    if not caps:
        return bound.value
    shape = [board.caps[cap] // unit + 1 for cap, unit in zip(caps, units, strict=True)]
    least: NDArray[np.float64] = np.zeros(shape)
    # What is left of a cap in the end was paid for in the bound, and is not used.
    for axis, (cap, unit) in enumerate(zip(caps, units, strict=True)):
        along = np.arange(shape[axis]) * float(bound.caps[cap] * unit)
        least += along.reshape([-1 if other == axis else 1 for other in range(len(shape))])
    for bundle, rises in zip(board.bundles, bound.rises, strict=True):
        ways: dict[tuple[int, ...], int] = {}
        for bid, rise in zip(bundle.bids, rises, strict=True):
            uses = dict(bid.uses)
            used = tuple([uses.get(cap, 0) // unit for cap, unit in zip(caps, units, strict=True)])
            ways[used] = min(ways.get(used, rise), rise)
        if len(ways) > 1 or any(next(iter(ways))):
            least = _with(least, ways)
    more = least[tuple([size - 1 for size in shape])]
    if more >= IMPOSSIBLE:
        return board.held_price * board.lack_price
    return -(-(bound.least + int(more)) // SCALE)


def _with(least: NDArray[np.float64], ways: dict[tuple[int, ...], int]) -> NDArray[np.float64]:
    """The least by what is left before one more bundle, from that after it."""
    before = np.full(least.shape, IMPOSSIBLE)
    for used, rise in ways.items():
        if all(amount < size for amount, size in zip(used, least.shape, strict=True)):
            after = least[tuple([slice(0, size - amount) for amount, size in zip(used, least.shape, strict=True)])]
            part = before[tuple([slice(amount, None) for amount in used])]
            np.minimum(part, after + rise, out=part)
    return before


def _worked_out(board: Board, bound: Bound) -> tuple[list[int], list[int]]:
    """The caps that are kept exactly, and the units in which all uses of each are whole: the dearest that fit."""
    unit = [0] * len(board.caps)
    for bundle in board.bundles:
        for bid in bundle.bids:
            for cap, amount in bid.uses:
                unit[cap] = gcd(unit[cap], amount)
    caps: list[int] = []
    price = [bound.caps[cap] * most for cap, most in enumerate(board.caps)]
    for cap in sorted(range(len(board.caps)), key=lambda cap: (-price[cap], cap)):
        size = prod(board.caps[other] // unit[other] + 1 for other in caps)
        if unit[cap] and size * (board.caps[cap] // unit[cap] + 1) <= MOST_CELLS:
            caps.append(cap)
    return caps, [unit[cap] for cap in caps]
