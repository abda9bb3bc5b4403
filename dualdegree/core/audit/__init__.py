"""Has a student met both institutions' degree rules, and if not, exactly why? One case in, one answer out."""

from dataclasses import replace
from decimal import Decimal
from time import perf_counter

from dualdegree.core.audit.allocate import best, feasible
from dualdegree.core.audit.answer import Answer
from dualdegree.core.audit.blocking import conflict
from dualdegree.core.audit.check import check
from dualdegree.core.audit.evaluate import Sharing, degree_answer, moves
from dualdegree.core.audit.exceptions import idle
from dualdegree.core.audit.facts import Case
from dualdegree.core.audit.posing import pose
from dualdegree.core.audit.sides import Side, sides_of


def audit(case: Case) -> Answer:
    """The exact, deterministic and stable answer to one case.

    Raises ``check.Mismatch``, an internal error, when a figure of the answer cannot be recomputed from its claims.
    """
    start = perf_counter()
    sides = sides_of(case)
    posed = pose(case, sides)
    places = posed.places(best(posed.problem).choice)
    sharing = Sharing(case, sides, places)
    degrees = {}
    for number, side in enumerate(sides):
        degrees[side.degree.id] = degree_answer(
            side, places[number], sharing.kept_out(number, places[number]), met_alone=_is_met_alone(case, side)
        )
    all_met = all(degree.met for degree in degrees.values())
    answer = Answer(
        joint_shortfall_ects=sum((degree.shortfall_ects for degree in degrees.values()), Decimal(0)),
        proven=True,
        degrees=degrees,
        shared=sharing.answer(),
        moved=moves(sides, places),
        idle_exceptions=idle(case, {side.degree.id: [item.id for item in side.items] for side in sides}),
        blocking=None if all_met else conflict(posed, feasible),
    )
    check(case, answer)
    return replace(answer, elapsed_ms=(perf_counter() - start) * 1000)


def _is_met_alone(case: Case, side: Side) -> bool:
    alone = pose(replace(case, shared_credits=None), (side,))
    return feasible(alone.problem)
