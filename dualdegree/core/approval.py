"""Which step may follow which? Every workflow of the office as one table: (state, step) → state."""

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from dualdegree.core.refusal import Conflict, NeedsAnother, Refusal
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
    RETURNED = "returned"
    """Sent back to whoever wrote it, with the reason, to be mended and submitted again."""
    ENDORSED = "endorsed"
    """An advisor of the recognising degree, or of the institution that sends the student, supports it."""
    CONFIRMED = "confirmed"
    """An advisor of the partner says that the content was taught as it is described."""
    PARTLY_GRANTED = "partly_granted"
    """Decided in favour of less than was asked for; not applied before the registrar enters it."""
    APPEALED = "appealed"
    """The student appealed against the decision; another person decides anew."""
    CLOSED = "closed"
    """The decision against it stands: the time to appeal is over."""
    ACCEPTED = "accepted"
    """The student has accepted this very version."""


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
    ENDORSE = "endorse"
    CONFIRM = "confirm"
    GRANT_PART = "grant_part"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    DROP = "drop"
    CLOSE = "close"
    ACCEPT = "accept"
    RENEW = "renew"


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

CERTIFICATE: Workflow = MappingProxyType(
    {
        (State.REQUESTED, Step.GRANT): State.ENTERED,
        (State.REQUESTED, Step.REFUSE): State.REFUSED,
        (State.REQUESTED, Step.WITHDRAW): State.WITHDRAWN,
        (State.ENTERED, Step.LIFT): State.WITHDRAWN,
    }
)
"""A certificate that somebody handed in, at one institution: its registrar sees it and lets it count, or not."""

_DECISIONS = ((Step.GRANT, State.GRANTED), (Step.GRANT_PART, State.PARTLY_GRANTED), (Step.REFUSE, State.REFUSED))

REQUEST: Workflow = MappingProxyType(
    {
        (State.DRAFT, Step.REVISE): State.DRAFT,
        (State.DRAFT, Step.SUBMIT): State.SUBMITTED,
        (State.SUBMITTED, Step.ENDORSE): State.ENDORSED,
        (State.ENDORSED, Step.CONFIRM): State.CONFIRMED,
        # Whoever reads it next may send it back instead; what is mended is read by everybody again.
        **dict.fromkeys(
            ((state, Step.SEND_BACK) for state in (State.SUBMITTED, State.ENDORSED, State.CONFIRMED)), State.RETURNED
        ),
        (State.RETURNED, Step.REVISE): State.RETURNED,
        (State.RETURNED, Step.SUBMIT): State.SUBMITTED,
        **dict.fromkeys(
            (
                (state, Step.WITHDRAW)
                for state in (State.DRAFT, State.SUBMITTED, State.RETURNED, State.ENDORSED, State.CONFIRMED)
            ),
            State.WITHDRAWN,
        ),
        **{(state, step): to for state in (State.CONFIRMED, State.APPEALED) for step, to in _DECISIONS},
        (State.GRANTED, Step.ENTER): State.ENTERED,
        (State.PARTLY_GRANTED, Step.ENTER): State.ENTERED,
        (State.REFUSED, Step.APPEAL): State.APPEALED,
        (State.APPEALED, Step.WITHDRAW): State.CLOSED,
        # A part that is entered stays in effect while the appeal is decided, and when it is refused or withdrawn.
        (State.ENTERED, Step.APPEAL): State.APPEALED,
        (State.APPEALED, Step.UPHOLD): State.ENTERED,
        (State.APPEALED, Step.DROP): State.ENTERED,
        (State.REFUSED, Step.CLOSE): State.CLOSED,
        (State.ENTERED, Step.LIFT): State.WITHDRAWN,
    }
)
"""A student's request for recognition: endorsed, confirmed by the partner, decided, and entered by the registrar."""

LEARNING_AGREEMENT: Workflow = MappingProxyType(
    {
        (State.DRAFT, Step.REVISE): State.DRAFT,
        (State.DRAFT, Step.ACCEPT): State.ACCEPTED,
        (State.ACCEPTED, Step.ENDORSE): State.ENDORSED,
        (State.ENDORSED, Step.CONFIRM): State.IN_FORCE,
        # Another text is another version: nobody has accepted or approved that one.
        (State.ACCEPTED, Step.REVISE): State.DRAFT,
        (State.ENDORSED, Step.REVISE): State.DRAFT,
        (State.RETURNED, Step.REVISE): State.DRAFT,
        (State.ACCEPTED, Step.SEND_BACK): State.RETURNED,
        (State.ENDORSED, Step.SEND_BACK): State.RETURNED,
        **dict.fromkeys(
            ((state, Step.WITHDRAW) for state in (State.DRAFT, State.ACCEPTED, State.ENDORSED, State.RETURNED)),
            State.WITHDRAWN,
        ),
        (State.IN_FORCE, Step.REPLACE): State.REPLACED,
    }
)
"""One version of a learning agreement: the student accepts, the sending side approves, then the receiving side."""

MOVE: Workflow = MappingProxyType(
    {
        (State.AWAITING_PARTNER, Step.CONFIRM): State.IN_FORCE,
        (State.AWAITING_PARTNER, Step.REFUSE): State.REFUSED,
        (State.AWAITING_PARTNER, Step.WITHDRAW): State.WITHDRAWN,
        # Of what it would hit now: whoever renews it has read that, and the other institution has to read it as well.
        (State.AWAITING_PARTNER, Step.RENEW): State.AWAITING_PARTNER,
    }
)
"""Students on their way to other equivalences: one institution proposes it for these students, the other confirms."""

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
        Step.LIFT: Message("Only what is entered can be lifted; read the page again."),
        Step.ENDORSE: Message("It does not wait for an endorsement; read the page again to see what it waits for."),
        Step.CONFIRM: Message("It does not wait for the partner; read the page again to see what it waits for."),
        Step.GRANT_PART: DECIDED,
        Step.APPEAL: Message(
            "Only a refusal, or a part that is entered, can be appealed against; read the page again."
        ),
        Step.UPHOLD: DECIDED,
        Step.DROP: DECIDED,
        Step.CLOSE: Message("Only a refusal can be closed; read the page again to see what it is now."),
        Step.RENEW: DECIDED,
        Step.ACCEPT: Message("Only a draft can be accepted; read the page again to see which version it is now."),
    }
)


def after(workflow: Workflow, state: State, step: Step) -> State:
    """The state that ``step`` leads to; raises ``Conflict`` with the remedy where the table does not allow it."""
    try:
        return workflow[state, step]
    except KeyError:
        raise Conflict(REMEDIES[step]) from None


Hands = Iterable[tuple[Step, int | None]]
"""Who has taken which step of one business: person ids, None where nobody has yet."""
SEPARATE = frozenset(
    {
        *(Step.ENDORSE, Step.CONFIRM, Step.SEND_BACK),
        *(Step.GRANT, Step.GRANT_PART, Step.REFUSE, Step.UPHOLD),
        Step.ENTER,
    }
)
"""The steps that need another person each. Whoever asked withdraws by themselves, and any registrar lifts or closes."""
ANOTHER = Message("You have taken an earlier step of this yourself; another person has to take this one.")


def is_for_another(step: Step, person_id: int, hands: Hands) -> bool:
    """Whether ``step`` is not for this person, who has had a hand in the business: nobody takes two of its steps.

    Only whoever entered a part enters what an appeal adds to it as well: that is the same step again.
    """
    return step in SEPARATE and any(
        taker == person_id and (taken is not Step.ENTER or step is not Step.ENTER) for taken, taker in hands
    )


def refuse_second_step(step: Step, person_id: int, hands: Hands) -> None:
    """Raise ``NeedsAnother`` where ``step`` is not for this person."""
    if is_for_another(step, person_id, hands):
        raise NeedsAnother(ANOTHER)


def refuse_impossible_day(on: dt.date, *, asked_on: dt.date, today: dt.date) -> None:
    """Refuse, by ``Refusal``, a day on which nobody can have decided what was asked for on that day.

    Both days are those of the calendar of the institution that decides. A decision may be entered days after it was
    taken.
    """
    if on > today:
        raise Refusal("The day of the decision has not come yet; correct it.", about="on")
    if on < asked_on:
        raise Refusal(
            "Nobody can decide before it was asked for; the earliest day of this decision is %(day)s.",
            {"day": asked_on},
            about="on",
        )
