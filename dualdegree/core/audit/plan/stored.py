"""How is what a long search has found kept, so that whoever asks again need not wait for it?

Kept is the choice and never a verdict: the plan is audited and recounted anew whenever it is read.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from dualdegree.core.audit.answer import Blocking
from dualdegree.core.audit.plan.question import PlanCase, Schedule
from dualdegree.core.audit.plan.search import Plan, none_from, plan_from


def fingerprint(planned: PlanCase) -> str:
    """What two plan cases share that ask the same: the SHA-256 of all that is asked."""
    return sha256(repr(planned).encode()).hexdigest()


def as_stored(plan: Plan) -> dict[str, Any]:
    """The choice, or the reasons why there is none, as an object that ``json.dumps`` writes."""
    blocking = plan.answer.blocking if plan.offers is None else None
    return {
        "is_plan": plan.offers is not None,
        "terms": dict(plan.schedule.terms),
        "is_proven": plan.schedule.is_proven,
        "held_up_by": list(plan.held_up_by),
        "blocking": blocking
        and {
            "nodes": {degree: list(nodes) for degree, nodes in blocking.nodes.items()},
            "limits": list(blocking.limits),
            "shared_credits": blocking.shared_credits,
        },
    }


def from_stored(planned: PlanCase, stored: Mapping[str, Any]) -> Plan:
    """The plan for the case of which ``as_stored`` wrote. Raises ``Mismatch`` for another case."""
    schedule = Schedule(terms=stored["terms"], is_proven=stored["is_proven"])
    if stored["is_plan"]:
        return plan_from(planned, schedule)
    said = stored["blocking"]
    blocking = said and Blocking(
        nodes={degree: tuple(nodes) for degree, nodes in said["nodes"].items()},
        limits=tuple(said["limits"]),
        shared_credits=said["shared_credits"],
    )
    return none_from(planned, schedule, blocking, tuple(stored["held_up_by"]))
