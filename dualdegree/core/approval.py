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
    SUBMITTED = "submitted"
    """One person of the institution says that this very text is ready; another has not published it yet."""
    AWAITING_PARTNER = "awaiting_partner"
    """One institution approved this very text; nothing is in effect after one signature."""
    IN_FORCE = "in_force"
    """Whoever must agree has agreed, and it is applied."""
    REPLACED = "replaced"
    """A later version is in force in its stead."""
    REQUESTED = "requested"
    """Somebody asked for it; nobody has decided."""
    GRANTED = "granted"
    """Decided in favour, and not applied before the registrar enters it."""
    REFUSED = "refused"
    """Decided against."""
    ENTERED = "entered"
    """Granted and entered: every audit applies it."""
    WITHDRAWN = "withdrawn"
    """Taken back by whoever asked, or lifted by the registrar after it was entered."""


class Step(StrEnum):
    """What somebody may do to it."""

    REVISE = "revise"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    PUBLISH = "publish"
    APPROVE = "approve"
    REPLACE = "replace"
    GRANT = "grant"
    REFUSE = "refuse"
    ENTER = "enter"
    WITHDRAW = "withdraw"
    LIFT = "lift"


Workflow = Mapping[tuple[State, Step], State]

BY_TWO: Workflow = MappingProxyType(
    {
        (State.DRAFT, Step.REVISE): State.DRAFT,
        (State.DRAFT, Step.SUBMIT): State.SUBMITTED,
        # Another text is another digest: whoever submitted the old one has not submitted this one.
        (State.SUBMITTED, Step.REVISE): State.DRAFT,
        (State.SUBMITTED, Step.SEND_BACK): State.DRAFT,
        (State.SUBMITTED, Step.PUBLISH): State.IN_FORCE,
        (State.IN_FORCE, Step.REPLACE): State.REPLACED,
    }
)
"""A curriculum version: one registrar of the institution submits it, another publishes it; then it never changes."""

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

EXCEPTION: Workflow = MappingProxyType(
    {
        (State.REQUESTED, Step.GRANT): State.GRANTED,
        (State.REQUESTED, Step.REFUSE): State.REFUSED,
        (State.REQUESTED, Step.WITHDRAW): State.WITHDRAWN,
        (State.GRANTED, Step.WITHDRAW): State.WITHDRAWN,
        (State.GRANTED, Step.ENTER): State.ENTERED,
        (State.ENTERED, Step.LIFT): State.WITHDRAWN,
    }
)
"""An exception for one student: asked for, decided, and then entered by the registrar; only then do audits apply it."""

DECIDED = Message("It was decided or withdrawn before; read the page again to see what it is now.")
REMEDIES = MappingProxyType(
    {
        Step.REVISE: Message("It is in force and never changes; give the new text a new version."),
        Step.SUBMIT: Message("It is submitted or in force already; read the page again to see what it waits for."),
        Step.SEND_BACK: Message("It is not submitted, so that nothing is left to send back; read the page again."),
        Step.PUBLISH: Message("Only what is submitted and not in force already can be published; submit it first."),
        Step.APPROVE: Message("It is in force already; nothing is left to approve."),
        Step.REPLACE: Message("It is not in force, so nothing can replace it; approve it first."),
        Step.GRANT: DECIDED,
        Step.REFUSE: DECIDED,
        Step.ENTER: Message("Only what is granted and not entered yet can be entered; read the page again."),
        Step.WITHDRAW: Message(
            "It is settled, so that nothing is left to withdraw; a registrar can lift what is entered."
        ),
        Step.LIFT: Message("Only an exception that is entered can be lifted; read the page again."),
    }
)


def after(workflow: Workflow, state: State, step: Step) -> State:
    """The state that ``step`` leads to; raises ``Conflict`` with the remedy where the table does not allow it."""
    try:
        return workflow[state, step]
    except KeyError:
        raise Conflict(REMEDIES[step]) from None
