"""How is an exception told: what it does, how far it has come, and whom it waits for?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import orm

from dualdegree.audit.dossiers import Dossier, dossiers
from dualdegree.audit.exceptions.rules import in_words, rules_of
from dualdegree.audit.models import ExceptionRequest
from dualdegree.core.approval import State
from dualdegree.core.audit.explain.words import names_in
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.programmes.institutions.profile import Decider, Exceptions

STATES: dict[State, tuple[str, Message]] = {
    State.REQUESTED: ("pending", Message("Asked for: to be decided")),
    State.GRANTED: ("partial", Message("Granted: to be entered")),
    State.REFUSED: ("unmet", Message("Exception refused")),
    State.ENTERED: ("met", Message("Entered: applied by every audit")),
    State.WITHDRAWN: ("void", Message("No longer pursued")),
}
"""Each state of an exception as a shape and a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownException:
    """One exception in words, with whom it waits for, and why audits cannot apply it although it is entered."""

    request: ExceptionRequest
    words: Message
    awaits: Message | None
    unfit: Message | None


def show(
    session: orm.Session, requests: Sequence[ExceptionRequest], known: Iterable[Dossier] = ()
) -> list[ShownException]:
    """These exceptions in words. Only the dossiers that are not ``known`` to the caller are loaded, all at once."""
    held = {dossier.student.id: dossier for dossier in known}
    if absent := {request.student_id for request in requests} - held.keys():
        held |= dossiers(session, absent)
    rules = {request.institution_id: rules_if_any(session, request.institution_id) for request in requests}
    return [_shown(request, held.get(request.student_id), rules[request.institution_id]) for request in requests]


def _shown(request: ExceptionRequest, held: Dossier | None, rules: Exceptions | None) -> ShownException:
    sides = {side.curriculum.degree.id: side for side in held.sides} if held else {}
    degree = sides[request.degree].curriculum.degree if request.degree in sides else None
    unfit = {row.id: reason for row, reason in held.unfit} if held else {}
    return ShownException(
        request=request,
        words=in_words(request.as_core(), degree, names_in(held.case) if held else {}),
        awaits=_awaits(request, rules),
        unfit=unfit.get(request.id),
    )


def _awaits(request: ExceptionRequest, rules: Exceptions | None) -> Message | None:
    if request.state == State.GRANTED:
        return Message("a registrar, who enters it")
    if request.state != State.REQUESTED:
        return None
    if rules is None:
        return Message("the institution's profile, which must say who decides")
    if rules.decided_by is Decider.ADVISOR:
        return Message("another advisor of the institution, who decides by delegation")
    return Message("%(body)s; a registrar records its decision", {"body": rules.body})


def rules_if_any(session: orm.Session, institution: str) -> Exceptions | None:
    """How the institution decides on exceptions, if its profile says."""
    try:
        return rules_of(session, institution)
    except Refusal:
        return None
