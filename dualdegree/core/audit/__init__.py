"""Has a student met both institutions' degree rules, and if not, exactly why? One case in, one answer out.

The engine reads like the problem: what is asked (``rules``) and what is there (``facts``, ``items``); which rule takes
what (``selection``, ``rulebook``); all in whole numbers (``posing``, ``problem``); the best choice (``allocate``); what
it comes to (``evaluate``) and which rules stand in its way (``blocking``); whether that is true (``check``); and in
words (``explain``). ``case``, ``curriculum`` and ``language`` read the texts; ``plan`` asks what is still to be taken.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, localcontext
from functools import partial
from time import perf_counter

from dualdegree.core.audit.allocate import best, decided, met_by
from dualdegree.core.audit.answer import Answer
from dualdegree.core.audit.blocking import conflict
from dualdegree.core.audit.check.certificate import check
from dualdegree.core.audit.evaluate import Ledger, Sharing, chosen_options
from dualdegree.core.audit.facts import Case
from dualdegree.core.audit.problem.posing import pose
from dualdegree.core.audit.problem.relief import idle

EXACT = Context(prec=100, traps=[Inexact, InvalidOperation, DivisionByZero])
"""Sums and products of the figures that a case may hold are exact here; one that was not would raise."""


def audit(case: Case) -> Answer:
    """The exact, deterministic and stable answer to one case.

    Raises ``check.Mismatch``, an internal error, when a figure of the answer cannot be recomputed from its claims.
    """
    start = perf_counter()
    with uncollected():
        with localcontext(EXACT):
            answer = _audited(case)
        check(case, answer)
    return replace(answer, elapsed_ms=(perf_counter() - start) * 1000)


@contextmanager
def uncollected() -> Iterator[None]:
    """Let nobody look for garbage meanwhile: an audit leaves next to none, and looking took a sixth of its time.

    Whoever makes much that lives equally long does as well; it may stand within itself.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _audited(case: Case) -> Answer:
    posed = pose(case)
    allocation = best(posed.problem)
    effort = allocation.effort
    chosen = chosen_options(posed, allocation.choice)
    ledgers = [Ledger(posed, number, own) for number, own in enumerate(chosen)]
    sharing = Sharing(case, posed.sides, chosen)
    degrees = {
        ledger.side.degree.id: ledger.answer(
            # What is met together is met alone; and where nothing may not be shared, alone changes nothing.
            sharing,
            met_alone=ledger.lack == 0
            or (bool(posed.problem.works) and met_by(posed.alone(ledger.number), effort) is not None),
        )
        for ledger in ledgers
    }
    blocking = None
    if any(ledger.lack for ledger in ledgers):
        blocking = conflict(posed, allocation.choice, partial(decided, effort=effort))
    return Answer(
        joint_shortfall_ects=sum([degree.shortfall_ects for degree in degrees.values()], Decimal(0)),
        proven=effort.is_proven,
        degrees=degrees,
        shared=sharing.answer(),
        moved=tuple([move for ledger in ledgers for move in ledger.moves()]),
        idle_exceptions=idle(case, {s.degree.id: [item.id for item in s.items] for s in posed.sides}),
        blocking=blocking,
    )
