"""How much of an audit's work does a solver take? It is counted while the solver runs, which ends once all is spent.

HiGHS looks now and then whether it is to end: at each round of cuts, each candidate of a branch, each node. What lies
between two looks takes about as long as its program is large, and longest before the first branch. So looks are
counted, never seconds, and the same case ends in the same place on every machine. How many iterations its simplex made
the solver says only at the end (in 1.15.1 the count is -1 while it runs); they are counted then.
"""

from collections.abc import Sequence

import highspy

from dualdegree.core.audit.allocate.effort import Effort, Untrusted

FIRST_LOOKS, LOOKS = 20, 3
"""The work of two looks for each column and row: before a program is branched, and from then on."""
WIDE = 1500
"""For how many columns and rows the first looks at a wide program are as dear again."""
ITERATION, WIDE_ITERATION = 40, 24
"""The work of an iteration, and for how many columns and rows it is one more."""
MOST_WHOLE = 1000
"""Up to how many columns a program is told that those are whole, too, which are so in every choice.

What is missing and what is shared follow from the places of pieces. A solver that knows them to be whole has bounds and
cuts ten times as good; but it spends more on each, and in wide programs that outweighs.
"""


def kinds_of(count: int, implied: Sequence[int]) -> list[highspy.HighsVarType]:
    """Of so many columns, which are whole: all, in wide programs without those that are ``implied`` by others."""
    kinds = [highspy.HighsVarType.kInteger] * count
    if count > MOST_WHOLE:
        for column in implied:
            kinds[column] = highspy.HighsVarType.kContinuous
    return kinds


def solve_whole(highs: highspy.Highs, effort: Effort, *, most: int | None = None, is_presolved: bool = False) -> None:
    """Run the solver on an integer program, with no more than ``most`` work of what is left.

    One that ``is_presolved`` is taken to be half as large, and never wide. A solver that was ended stands at the best
    solution that it found, if any. Raises ``Untrusted`` where no work is left.
    """
    size = highs.getNumCol() + highs.getNumRow()
    size, wide = (size // 2, 1) if is_presolved else (size, max(1, size // WIDE))
    if not effort.left:
        raise Untrusted
    most = effort.left if most is None else most
    work = size

    def look(event: highspy.HighsCallbackEvent) -> None:
        nonlocal work
        work += size * (LOOKS if event.data_out.mip_node_count > 0 else FIRST_LOOKS * wide) // 2
        # A solver that was ended once ends again at its next look unless it is told not to.
        event.interrupt(work >= most)

    effort.solves += 1
    highs.cbMipInterrupt.subscribe(look)
    try:
        highs.run()
    finally:
        highs.cbMipInterrupt.unsubscribe(look)
    iterations = max(0, highs.getInfo().simplex_iteration_count)
    effort.work += max(work, iterations * (ITERATION + size // WIDE_ITERATION))
