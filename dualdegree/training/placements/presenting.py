"""How does a placement read: its weeks and months, what was written, what waits for this reader?"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dualdegree.core.policy import Actor
from dualdegree.core.text import Message
from dualdegree.core.training.checklist import CheckedItem, ChecklistItem, months, weeks
from dualdegree.core.training.parties import TrainingParty
from dualdegree.training.placements.models import Placement, PlacementEntry
from dualdegree.training.placements.standing import (
    EVALUATIONS,
    LOG,
    MID_TERM,
    OPINION,
    READ,
    REPORT,
    SUMMARY,
    SideStanding,
    parts_of,
)

KINDS: dict[str, Message] = {
    LOG: Message("Log of week %(what)s"),
    REPORT: Message("Report of %(what)s"),
    MID_TERM: Message("Mid-term report"),
    SUMMARY: Message("Summary"),
    READ: Message("Report of %(what)s read"),
    OPINION: Message("Opinion on the summary"),
}
"""What a page calls what is written."""
ANSWERS = {REPORT: READ, SUMMARY: OPINION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Something that the student wrote, and what each mentor said of it."""

    entry: PlacementEntry
    answers: tuple[PlacementEntry, ...]

    @property
    def title(self) -> Message:
        """What it is."""
        return titled(self.entry.kind, self.entry.what)


def titled(kind: str, what: str) -> Message:
    """What a page calls something that is written."""
    return Message(KINDS[kind].id, {"what": what}) if what else KINDS[kind]


def writings(row: Placement) -> tuple[Writing, ...]:
    """Everything that the student wrote, the latest first."""
    own = [entry for entry in row.entries if entry.kind in {LOG, REPORT, MID_TERM, SUMMARY}]
    ordered = sorted(own, key=lambda entry: (entry.on, entry.id), reverse=True)
    return tuple(Writing(entry=entry, answers=_answers(row, entry)) for entry in ordered)


def _answers(row: Placement, entry: PlacementEntry) -> tuple[PlacementEntry, ...]:
    kind = ANSWERS.get(entry.kind)
    return tuple(other for other in row.entries if other.kind == kind and other.what == entry.what)


def to_write(row: Placement, today: dt.date) -> Iterator[tuple[str, Message]]:
    """What the student can write today: what is missing first, then what can be written anew."""
    begun = [f"{LOG}:{name}" for name, last in weeks(row.period) if last - dt.timedelta(days=6) <= today]
    begun += [f"{REPORT}:{name}" for name, _ in months(row.period) if name <= f"{today:%Y-%m}"]
    if row.starts_on <= today:
        begun += [MID_TERM, SUMMARY]
    read = {f"{writing.entry.kind}:{writing.entry.what}".rstrip(":") for writing in writings(row) if writing.answers}
    written = {f"{entry.kind}:{entry.what}".rstrip(":") for entry in row.entries}
    for value in sorted((value for value in begun if value not in read), key=lambda value: value in written):
        kind, _, what = value.partition(":")
        yield value, titled(kind, what)


def to_read(row: Placement, actor: Actor) -> Iterator[tuple[str, Message]]:
    """What a mentor has not read yet; then what they have, to say it anew."""
    parties = {party.value for party, _ in parts_of(actor, row)}
    mine = [writing for writing in writings(row) if writing.entry.kind in ANSWERS]
    answered = {id(writing): any(entry.party in parties for entry in writing.answers) for writing in mine}
    for writing in sorted(mine, key=lambda writing: answered[id(writing)]):
        kind = ANSWERS[writing.entry.kind]
        yield f"{kind}:{writing.entry.what}", titled(writing.entry.kind, writing.entry.what)


def waits_for(
    actor: Actor, row: Placement, sides: Sequence[SideStanding], today: dt.date
) -> tuple[tuple[SideStanding, CheckedItem], ...]:
    """What waits for this reader in a placement: at which institution, and which line of its checklist."""
    parts = parts_of(actor, row)
    return tuple(
        (side, line)
        for side in sides
        for line in side.open
        if _is_next(line.rule.item, row, side, today)
        and any(party in line.who and where in {"", side.side.institution_id} for party, where in parts)
    )


def _is_next(item: ChecklistItem, row: Placement, side: SideStanding, today: dt.date) -> bool:
    """Whether it can be done now: nothing before the plan is approved, and what follows something only after it."""
    if item is ChecklistItem.APPROVALS:
        return True
    if item is ChecklistItem.OPINIONS and not any(entry.kind == SUMMARY for entry in row.entries):
        return False
    after_the_end = {*EVALUATIONS.values(), ChecklistItem.SUMMARY, ChecklistItem.NOTICE}
    return side.next_approval is None and (today > row.ends_on or item not in after_the_end)


def may_approve(actor: Actor, row: Placement, sides: Sequence[SideStanding]) -> bool:
    """Whether the plan waits for this reader's approval."""
    parts = parts_of(actor, row)
    return any(
        side.next_approval == party and where in {"", side.side.institution_id}
        for side in sides
        for party, where in parts
    )


def grading_part(actor: Actor, row: Placement, institution: str) -> TrainingParty | None:
    """On whose form this reader evaluates at an institution: their own part as a mentor."""
    mentoring = (TrainingParty.ENTERPRISE_MENTOR, TrainingParty.UNIVERSITY_MENTOR)
    known = (party for party, where in parts_of(actor, row) if party in mentoring and where in {"", institution})
    return next(known, None)
