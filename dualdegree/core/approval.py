"""Which step may follow which? Every workflow of the office as one table: (state, step) → state."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from dualdegree.core.refusal import Conflict
from dualdegree.core.text import Message


class State(StrEnum):
    """Where a document of both institutions, or of one, has come to. Each word means the same on both sides."""

    DRAFT = "draft"
    """Written, nobody has agreed to it yet."""
    AWAITING_PARTNER = "awaiting_partner"
    """One institution approved this very text; nothing is in effect after one signature."""
    IN_FORCE = "in_force"
    """Whoever must agree has agreed, and it is applied."""
    REPLACED = "replaced"
    """A later version is in force in its stead."""


class Step(StrEnum):
    """What somebody may do to it."""

    REVISE = "revise"
    APPROVE = "approve"
    REPLACE = "replace"


Workflow = Mapping[tuple[State, Step], State]

BY_ONE: Workflow = MappingProxyType(
    {
        (State.DRAFT, Step.REVISE): State.DRAFT,
        (State.DRAFT, Step.APPROVE): State.IN_FORCE,
        (State.IN_FORCE, Step.REPLACE): State.REPLACED,
    }
)
"""A curriculum version: the institution's own registrar publishes it, and from then on its text never changes."""

BY_BOTH: Workflow = MappingProxyType(
    {
        (State.DRAFT, Step.REVISE): State.DRAFT,
        (State.DRAFT, Step.APPROVE): State.AWAITING_PARTNER,
        # Another text is another digest: whoever approved the old one has not approved this one.
        (State.AWAITING_PARTNER, Step.REVISE): State.DRAFT,
        (State.AWAITING_PARTNER, Step.APPROVE): State.IN_FORCE,
        (State.IN_FORCE, Step.REPLACE): State.REPLACED,
    }
)
"""An agreement or an equivalence table: in force once a registrar of each institution approved the same digest."""

REMEDIES = MappingProxyType(
    {
        Step.REVISE: Message("It is in force and never changes; give the new text a new version."),
        Step.APPROVE: Message("It is in force already; nothing is left to approve."),
        Step.REPLACE: Message("It is not in force, so nothing can replace it; approve it first."),
    }
)


def after(workflow: Workflow, state: State, step: Step) -> State:
    """The state that ``step`` leads to; raises ``Conflict`` with the remedy where the table does not allow it."""
    try:
        return workflow[state, step]
    except KeyError:
        raise Conflict(REMEDIES[step]) from None
