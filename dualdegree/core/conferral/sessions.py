"""What may a session decide on a student? Each entry is looked at by itself; what is wrong has a sentence."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from dualdegree.core.conferral.numbers import NumberPattern, require_number
from dualdegree.core.conferral.steps import DegreeProgress, DegreeStep, days_of, missing_before
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message, Text


class SessionResult(StrEnum):
    """What a session decided on one student."""

    CONFERRED = "conferred"
    REFUSED = "refused"
    POSTPONED = "postponed"
    CORRECTED = "corrected"
    """The degree stays conferred; its number or modality was written wrongly and is put right."""
    ANNULLED = "annulled"
    """The degree was conferred though it should not have been, and is taken back."""


NEEDS_NUMBER = frozenset({SessionResult.CONFERRED, SessionResult.CORRECTED})
NEEDS_HEARING = frozenset({SessionResult.REFUSED, SessionResult.ANNULLED})
NEEDS_CONFERRED = frozenset({SessionResult.CORRECTED, SessionResult.ANNULLED})
NEEDS_REASON = frozenset(SessionResult) - {SessionResult.CONFERRED}


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryWanted:
    """What is to be decided on one student."""

    result: SessionResult
    number: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One student as a session sees them.

    ``met_from``: the first day on which the requirements are known to have been met, None where nothing kept tells.
    ``first``: the name of the institution that has to confer first and has not. ``held_by``: the names of those with an
    open hold. ``was_heard``: notice was given and the person was heard. ``taken_by``: whose the wanted number is.
    """

    name: Text
    progress: DegreeProgress
    met_from: dt.date | None = None
    first: Text | None = None
    held_by: tuple[Text, ...] = ()
    was_heard: bool = False
    taken_by: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRules:
    """How the institution decides: its steps in order, and how its certificates are numbered, if they are."""

    order: tuple[DegreeStep, ...]
    number: NumberPattern | None


MISSING = MappingProxyType(
    {
        DegreeStep.REQUIREMENTS: Message(
            "%(student)s: the requirements of the degree are not met today; take the student out."
        ),
        DegreeStep.APPLICATION: Message("%(student)s has not applied for the degree; take the student out until then."),
        DegreeStep.GRADUATION: Message(
            "%(student)s has not graduated in a way that leads to the degree; enter the graduation first."
        ),
    }
)
EARLIER = MappingProxyType(
    {
        DegreeStep.APPLICATION: Message(
            "%(student)s applied on %(day)s, after the day of the session; correct one of the two days."
        ),
        DegreeStep.GRADUATION: Message(
            "%(student)s graduated on %(day)s, after the day of the session; correct one of the two days."
        ),
    }
)


def objections(wanted: EntryWanted, candidate: Candidate, rules: SessionRules, on: dt.date) -> Iterator[Message]:
    """Everything that keeps a session of that day from deciding so; nothing where it may."""
    name = {"student": candidate.name}
    conferred = candidate.progress.conferred_on
    if wanted.result in NEEDS_CONFERRED and conferred is None:
        yield Message("%(student)s holds no degree of this institution that could be corrected or annulled.", name)
    if wanted.result not in NEEDS_CONFERRED and conferred is not None:
        yield Message("The degree of %(student)s is conferred already, on %(day)s.", {**name, "day": conferred})
    if wanted.result is SessionResult.CONFERRED and conferred is None:
        yield from _of_steps(candidate, rules, on)
    if wanted.result in NEEDS_HEARING and not candidate.was_heard:
        yield Message(
            "%(student)s has not been heard: give notice with the grounds, and wait for the statement or for the end "
            "of the time.",
            name,
        )
    if wanted.result in NEEDS_REASON and not wanted.reason.strip():
        yield Message("Say why, for %(student)s.", name)
    if wanted.result in NEEDS_NUMBER:
        yield from _of_number(wanted.number, candidate, rules, (conferred or on).year)


def _of_steps(candidate: Candidate, rules: SessionRules, on: dt.date) -> Iterator[Message]:
    name = {"student": candidate.name}
    missing = missing_before(DegreeStep.DECISION, rules.order, candidate.progress)
    if missing is not None:
        yield Message(MISSING[missing].id, name)
    if candidate.met_from is not None and on < candidate.met_from:
        yield Message(
            "%(student)s: the requirements were met on %(day)s, after the day of the session; correct that day.",
            {**name, "day": candidate.met_from},
        )
    for step, day in days_of(candidate.progress, rules.order):
        if on < day:
            yield Message(EARLIER[step].id, {**name, "day": day})
    if candidate.first is not None:
        yield Message(
            "By the agreement %(institution)s confers its degree on %(student)s first, and has not yet.",
            {**name, "institution": candidate.first},
        )
    for institution in candidate.held_by:
        yield Message(
            "%(institution)s has an open hold on %(student)s; take the student out until its registrar lifts it.",
            {**name, "institution": institution},
        )


def _of_number(number: str, candidate: Candidate, rules: SessionRules, year: int) -> Iterator[Message]:
    name = {"student": candidate.name}
    if rules.number is None:
        return
    if not number:
        yield Message("%(student)s needs a number: %(name)s.", {**name, "name": rules.number.name})
        return
    try:
        require_number(number, rules.number, year)
    except Refusal as refusal:
        yield Message("%(student)s: %(wrong)s", {**name, "wrong": refusal.message})
    if candidate.taken_by is not None:
        yield Message(
            "%(student)s: the number %(number)s belongs to %(other)s already.",
            {**name, "number": number, "other": candidate.taken_by},
        )


def refuse_impossible_session(on: dt.date, *, today: dt.date) -> None:
    """Refuse, by ``Refusal``, a session on a day that has not come."""
    if on > today:
        raise Refusal("The day of the session has not come yet; correct it.", about="on")


def in_order(first: str | None, institution: str, conferred: Mapping[str, bool]) -> str | None:
    """The institution that by the agreement has to confer before this one and has not; None where there is none.

    ``first``: which one confers first, None for any; ``conferred``: for each institution, whether it has.
    """
    if first is None or first == institution or conferred.get(first, True):
        return None
    return first


def counted(results: Sequence[SessionResult]) -> Mapping[SessionResult, int]:
    """How many of each result, in the order in which they are told; none that nobody has."""
    return {result: results.count(result) for result in SessionResult if result in results}
