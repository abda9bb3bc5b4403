"""Which acts does a page about a request offer to whoever reads it? Every such page asks here, so that all agree."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import orm

from dualdegree.core.approval import REQUEST, Step, is_for_another
from dualdegree.core.policy import Actor, Permission, may
from dualdegree.programmes.texts import day_at
from dualdegree.requests.judging.to_equivalence import can_propose
from dualdegree.requests.models import RecognitionRequest
from dualdegree.requests.workflow.asking import is_open_to_appeal
from dualdegree.requests.workflow.steps import is_delegated


class OfferedAct(StrEnum):
    """What somebody may do with a request now."""

    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPEAL = "appeal"
    HAND_IN = "hand-in"
    ENDORSE = "endorse"
    CONFIRM = "confirm"
    DECIDE = "decide"
    SEND_BACK = "send-back"
    ENTER = "enter"
    LIFT = "lift"
    CLOSE = "close"
    PROPOSE = "propose"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedActs:
    """What is offered; ``for_another``: a step is due that this person would take, had they not taken another."""

    acts: frozenset[OfferedAct]
    for_another: bool


STEPS = {
    OfferedAct.ENDORSE: Step.ENDORSE,
    OfferedAct.CONFIRM: Step.CONFIRM,
    OfferedAct.DECIDE: Step.GRANT,
    OfferedAct.ENTER: Step.ENTER,
    OfferedAct.LIFT: Step.LIFT,
    OfferedAct.CLOSE: Step.CLOSE,
}
"""The step of the workflow that each act of an office takes."""
READERS = (OfferedAct.ENDORSE, OfferedAct.CONFIRM, OfferedAct.DECIDE)
"""The acts in whose stead the request may be sent back."""


def offered(session: orm.Session, actor: Actor, request: RecognitionRequest, at: dt.datetime) -> OfferedActs:
    """What the actor may do with the request at that time."""
    steps = {step for state, step in REQUEST if state == request.state}
    due = {act for act in _of_offices(session, actor, request) if STEPS[act] in steps}
    mine = {act for act in due if not is_for_another(STEPS[act], actor.person_id, request.hands)}
    if Step.SEND_BACK in steps and mine.intersection(READERS):
        mine.add(OfferedAct.SEND_BACK)
    if can_propose(request) and may(actor, Permission.IMPORT_FILES, request.subject_at(request.institution_id)):
        mine.add(OfferedAct.PROPOSE)
    if may(actor, Permission.HAND_IN_EVIDENCE, request.policy_subject()):
        mine.add(OfferedAct.HAND_IN)
    return OfferedActs(
        acts=frozenset({*mine, *_of_student(actor, request, steps, day_at(session, request.institution_id, at))}),
        for_another=due - mine != set(),
    )


def _of_offices(session: orm.Session, actor: Actor, request: RecognitionRequest) -> Iterator[OfferedAct]:
    """The acts that the actor's roles give a right to, whatever the state."""
    here, there = request.subject_at(request.institution_id), request.subject_at(request.partner_id)
    delegated = request.subject_at(request.institution_id, delegated=is_delegated(session, request.institution_id))
    if may(actor, Permission.ENDORSE_RECOGNITION, here):
        yield OfferedAct.ENDORSE
    if may(actor, Permission.CONFIRM_RECOGNITION, there):
        yield OfferedAct.CONFIRM
    if may(actor, Permission.DECIDE_RECOGNITION, delegated):
        yield OfferedAct.DECIDE
    if may(actor, Permission.ENTER_RECOGNITION, here):
        yield from (OfferedAct.ENTER, OfferedAct.LIFT, OfferedAct.CLOSE)


def _of_student(actor: Actor, request: RecognitionRequest, steps: set[Step], today: dt.date) -> Iterator[OfferedAct]:
    if not may(actor, Permission.ASK_RECOGNITION, request.policy_subject()):
        return
    if Step.REVISE in steps:
        yield OfferedAct.EDIT
    if Step.SUBMIT in steps:
        yield OfferedAct.SUBMIT
    # While an appeal is decided it is the appeal that is taken back.
    if {Step.WITHDRAW, Step.DROP} & steps:
        yield OfferedAct.WITHDRAW
    if is_open_to_appeal(request, today):
        yield OfferedAct.APPEAL
