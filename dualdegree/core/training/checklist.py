"""What does an institution's law ask for in a placement, what of it is done, and who must act by when?

The items are a closed set that this system can tell by itself; which of them an institution asks for, and by which day,
is data of its profile.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dualdegree.core.text import Message, Text
from dualdegree.core.training.parties import TrainingParty
from dualdegree.core.training.periods import TrainingPeriod

WEEK = dt.timedelta(days=7)


class ChecklistItem(StrEnum):
    """Something that a checklist can ask for."""

    PLAN = "plan"
    APPROVALS = "approvals"
    SAFETY = "safety"
    PROPERTY = "intellectual_property"
    SECRECY = "secrecy"
    INSURANCE = "insurance"
    SOCIAL_SECURITY = "social_security"
    LOG = "log"
    REPORTS = "reports"
    READINGS = "readings"
    MID_TERM = "mid_term"
    SUMMARY = "summary"
    OPINIONS = "opinions"
    ENTERPRISE_EVALUATION = "enterprise_evaluation"
    UNIVERSITY_EVALUATION = "university_evaluation"
    PANEL = "panel"
    NOTICE = "notice"


TICKS = (
    ChecklistItem.SAFETY,
    ChecklistItem.PROPERTY,
    ChecklistItem.SECRECY,
    ChecklistItem.INSURANCE,
    ChecklistItem.SOCIAL_SECURITY,
    ChecklistItem.NOTICE,
)
"""What is recorded as done with a day, and nothing else of it."""
ITEMS: dict[ChecklistItem, Message] = {
    ChecklistItem.PLAN: Message("Plan and objectives"),
    ChecklistItem.APPROVALS: Message("Approvals in their order"),
    ChecklistItem.SAFETY: Message("Briefed on safety at work"),
    ChecklistItem.PROPERTY: Message("Briefed on intellectual property"),
    ChecklistItem.SECRECY: Message("Briefed on secrecy"),
    ChecklistItem.INSURANCE: Message("Insured"),
    ChecklistItem.SOCIAL_SECURITY: Message("Registered with social security"),
    ChecklistItem.LOG: Message("Weekly log"),
    ChecklistItem.REPORTS: Message("Monthly report"),
    ChecklistItem.READINGS: Message("Monthly reports read by both mentors"),
    ChecklistItem.MID_TERM: Message("Mid-term report"),
    ChecklistItem.SUMMARY: Message("Summary"),
    ChecklistItem.OPINIONS: Message("Opinions of both mentors on the summary"),
    ChecklistItem.ENTERPRISE_EVALUATION: Message("Evaluation by the mentor at the enterprise"),
    ChecklistItem.UNIVERSITY_EVALUATION: Message("Evaluation by the mentor at the university"),
    ChecklistItem.PANEL: Message("Evaluation by the panel"),
    ChecklistItem.NOTICE: Message("Public notice of the result"),
}
"""What a page calls each item, where the institution has no word of its own for it."""
BOTH_MENTORS = (TrainingParty.ENTERPRISE_MENTOR, TrainingParty.UNIVERSITY_MENTOR)
WHO: dict[ChecklistItem, tuple[TrainingParty, ...]] = {
    ChecklistItem.PLAN: (TrainingParty.STUDENT,),
    ChecklistItem.APPROVALS: (),
    **dict.fromkeys(TICKS, (TrainingParty.REGISTRAR,)),
    **dict.fromkeys(
        (ChecklistItem.LOG, ChecklistItem.REPORTS, ChecklistItem.MID_TERM, ChecklistItem.SUMMARY),
        (TrainingParty.STUDENT,),
    ),
    **dict.fromkeys((ChecklistItem.READINGS, ChecklistItem.OPINIONS), BOTH_MENTORS),
    ChecklistItem.ENTERPRISE_EVALUATION: (TrainingParty.ENTERPRISE_MENTOR,),
    ChecklistItem.UNIVERSITY_EVALUATION: (TrainingParty.UNIVERSITY_MENTOR,),
    ChecklistItem.PANEL: (TrainingParty.REGISTRAR,),
}
"""Who must act; of several, whoever has not yet. Approvals wait for whoever is next."""


class Anchor(StrEnum):
    """From when the days of an item are counted."""

    START = "start"
    MIDDLE = "middle"
    END = "end"
    SUMMARY = "summary"
    """The day of the summary; the end while there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistRule:
    """One line of a checklist: due so many ``days`` after its anchor, before it where they are negative.

    Of what repeats (log, reports, readings) each is due so many days after its own week or month. ``abroad`` are the
    days where the enterprise is in another country than the institution.
    """

    item: ChecklistItem
    days: int = 0
    after: Anchor = Anchor.END
    abroad: int | None = None
    words: Text = field(default_factory=dict)
    source: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementFacts:
    """What has been done in a placement, as one institution's checklist sees it.

    ``days`` is when something was done: an item that is done once, by its name; a week's log as ``log:2027-W10``, a
    month's report as ``report:2027-03``, its reading as ``read:2027-03:enterprise_mentor``, an opinion as
    ``opinion:enterprise_mentor``. ``approvals`` is who has to approve, in order; ``approved`` who has.
    """

    period: TrainingPeriod
    abroad: bool
    days: Mapping[str, dt.date]
    approvals: tuple[TrainingParty, ...] = ()
    approved: Mapping[TrainingParty, dt.date] = field(default_factory=dict)


class ItemState(StrEnum):
    """How a line stands."""

    DONE = "done"
    OPEN = "open"
    OVERDUE = "overdue"


STATES: dict[ItemState, tuple[str, Message]] = {
    ItemState.DONE: ("met", Message("Done")),
    ItemState.OPEN: ("pending", Message("Open")),
    ItemState.OVERDUE: ("unmet", Message("Overdue")),
}
"""Each state as a shape and a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedItem:
    """A line as it stands today: how many of its parts are done, by when the next is due and who must act."""

    rule: ChecklistRule
    state: ItemState
    done: int
    parts: int
    due: dt.date | None
    """Of what comes next; None once all is done."""
    who: tuple[TrainingParty, ...]
    what: str = ""
    """Which week or month comes next."""
    day: dt.date | None = None
    """When the last of it was done."""

    @property
    def title(self) -> Text | Message:
        """What the institution calls it."""
        return self.rule.words or ITEMS[self.rule.item]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Duty:
    """One thing that is due on a day, and on which it was done."""

    due: dt.date
    on: dt.date | None
    who: tuple[TrainingParty, ...]
    what: str = ""


def checked(rules: tuple[ChecklistRule, ...], facts: PlacementFacts, today: dt.date) -> tuple[CheckedItem, ...]:
    """Every line of a checklist, in its order."""
    return tuple(_checked(rule, tuple(_duties(rule, facts)), today) for rule in rules)


def is_complete(lines: tuple[CheckedItem, ...]) -> bool:
    """Whether the checklist has come to its end."""
    return all(line.state is ItemState.DONE for line in lines)


def _checked(rule: ChecklistRule, duties: tuple[_Duty, ...], today: dt.date) -> CheckedItem:
    missing = [duty for duty in duties if duty.on is None]
    done = [duty.on for duty in duties if duty.on is not None]
    following = min(missing, key=lambda duty: duty.due, default=None)
    late = following is not None and following.due < today
    state = ItemState.DONE if following is None else ItemState.OVERDUE if late else ItemState.OPEN
    return CheckedItem(
        rule=rule,
        state=state,
        done=len(done),
        parts=len(duties),
        due=following.due if following else None,
        who=following.who if following else (),
        what=following.what if following else "",
        day=max(done, default=None),
    )


def _duties(rule: ChecklistRule, facts: PlacementFacts) -> Iterator[_Duty]:
    item, who = rule.item, WHO[rule.item]
    match item:
        case ChecklistItem.LOG:
            for name, last in weeks(facts.period):
                yield _Duty(due=_later(last, rule), on=facts.days.get(f"log:{name}"), who=who, what=name)
        case ChecklistItem.REPORTS:
            for name, last in months(facts.period):
                yield _Duty(due=_later(last, rule), on=facts.days.get(f"report:{name}"), who=who, what=name)
        case ChecklistItem.READINGS:
            for name, last in months(facts.period):
                for party in BOTH_MENTORS:
                    on = facts.days.get(f"read:{name}:{party}")
                    yield _Duty(due=_later(last, rule), on=on, who=(party,), what=name)
        case ChecklistItem.OPINIONS:
            for party in BOTH_MENTORS:
                yield _Duty(due=_due(rule, facts), on=facts.days.get(f"opinion:{party}"), who=(party,))
        case ChecklistItem.APPROVALS:
            for party in facts.approvals:
                yield _Duty(due=_due(rule, facts), on=facts.approved.get(party), who=(party,))
        case _:
            yield _Duty(due=_due(rule, facts), on=facts.days.get(item), who=who)


def _due(rule: ChecklistRule, facts: PlacementFacts) -> dt.date:
    first = facts.period.first
    last = facts.period.last or first
    anchors = {
        Anchor.START: first,
        Anchor.MIDDLE: first + (last - first) / 2,
        Anchor.END: last,
        Anchor.SUMMARY: max(last, facts.days.get(ChecklistItem.SUMMARY, last)),
    }
    days = rule.abroad if facts.abroad and rule.abroad is not None else rule.days
    return anchors[rule.after] + dt.timedelta(days=days)


def _later(day: dt.date, rule: ChecklistRule) -> dt.date:
    return day + dt.timedelta(days=rule.days)


def weeks(worked: TrainingPeriod) -> Iterator[tuple[str, dt.date]]:
    """Each week of a period that has an end: its ISO name, such as ``2027-W10``, and its last day within."""
    last = worked.last or worked.first
    monday = worked.first - dt.timedelta(days=worked.first.weekday())
    while monday <= last:
        year, week, _day = monday.isocalendar()
        yield f"{year}-W{week:02}", min(monday + WEEK - dt.timedelta(days=1), last)
        monday += WEEK


def months(worked: TrainingPeriod) -> Iterator[tuple[str, dt.date]]:
    """Each month of a period that has an end: its name, such as ``2027-03``, and its last day within."""
    last = worked.last or worked.first
    day = worked.first
    while day <= last:
        following = dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)
        yield f"{day:%Y-%m}", min(following - dt.timedelta(days=1), last)
        day = following
