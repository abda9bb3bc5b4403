"""What does an institution ask of a placement: hours, approvals, forms, a grader, a checklist? What does it yield?"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dualdegree.core.source.reading import Place
from dualdegree.core.text import Message, Text
from dualdegree.core.training.checklist import Anchor, ChecklistItem, ChecklistRule
from dualdegree.core.training.dual import DualRule
from dualdegree.core.training.evaluation import EvaluationForm, FormAspect, FormLevel, PanelRule
from dualdegree.core.training.parties import TrainingParty
from dualdegree.core.training.periods import MonthRule, Months
from dualdegree.programmes.institutions.procedures import read_text_here

GRADERS = (TrainingParty.ENTERPRISE_MENTOR, TrainingParty.UNIVERSITY_MENTOR, TrainingParty.PANEL)
APPROVERS = (
    TrainingParty.STUDENT,
    TrainingParty.ENTERPRISE_MENTOR,
    TrainingParty.UNIVERSITY_MENTOR,
    TrainingParty.REGISTRAR,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """How the institution runs placements.

    ``lawful`` is who grades; ``milestone`` what a placement's months count as, and ``tag`` which courses of the
    institution's curriculum can be passed by it; "" for neither.
    """

    basis: Text
    weekly_hours: Decimal
    months: Months
    approvals: tuple[TrainingParty, ...]
    checklist: tuple[ChecklistRule, ...]
    forms: Mapping[TrainingParty, EvaluationForm]
    lawful: TrainingParty
    milestone: str = ""
    tag: str = ""
    panel: PanelRule | None = None
    dual: DualRule | None = None


def read_training(place: Place) -> Training:
    """What the profile says of placements; raises ``SourceError``."""
    fields = place.fields(
        ("basis", "weekly_hours", "months", "approvals", "checklist", "forms", "graded_by", "yields"), ("panel", "dual")
    )
    forms = {TrainingParty(key): _form(form) for key, form in fields["forms"].fields((), tuple(GRADERS)).items()}
    lawful = TrainingParty(fields["graded_by"].word(tuple(GRADERS)))
    if lawful not in forms:
        raise fields["graded_by"].wrong(Message("whoever grades needs a form; add it under forms"))
    if lawful is TrainingParty.PANEL and "panel" not in fields:
        raise fields["graded_by"].wrong(Message("say who sits on the panel, such as panel: {least: 3}"))
    yields = fields["yields"].fields((), ("milestone", "tag"))
    return Training(
        basis=read_text_here(fields["basis"]),
        weekly_hours=fields["weekly_hours"].number(),
        months=_months(fields["months"]),
        approvals=tuple(TrainingParty(party.word(tuple(APPROVERS))) for party in fields["approvals"].each()),
        checklist=tuple(map(_rule, fields["checklist"].each())),
        forms=forms,
        lawful=lawful,
        milestone=yields["milestone"].name() if "milestone" in yields else "",
        tag=yields["tag"].name() if "tag" in yields else "",
        panel=_panel(fields["panel"]) if "panel" in fields else None,
        dual=_dual(fields["dual"]) if "dual" in fields else None,
    )


def _months(place: Place) -> Months:
    fields = place.fields(("by",), ("size",))
    rule = MonthRule(fields["by"].word(tuple(MonthRule)))
    size = fields["size"].whole() if "size" in fields else 1
    if size < 1 or (rule is not MonthRule.CALENDAR and "size" not in fields):
        raise place.wrong(Message("say how many weeks or hours are a month, such as size: 4"))
    return Months(rule=rule, size=size)


def _rule(place: Place) -> ChecklistRule:
    fields = place.fields(("item",), ("days", "after", "abroad", "words", "source"))
    return ChecklistRule(
        item=ChecklistItem(fields["item"].word(tuple(ChecklistItem))),
        days=_days(fields["days"]) if "days" in fields else 0,
        after=Anchor(fields["after"].word(tuple(Anchor))) if "after" in fields else Anchor.END,
        abroad=_days(fields["abroad"]) if "abroad" in fields else None,
        words=read_text_here(fields["words"]) if "words" in fields else {},
        source=read_text_here(fields["source"]) if "source" in fields else {},
    )


def _days(place: Place) -> int:
    """So many days after, or before where a minus stands in front."""
    text = place.name()
    if not text.removeprefix("-").isdecimal() or len(text) > 4:
        raise place.wrong(Message("a number of days is expected here, such as 14, or -10 for ten days before"))
    return int(text)


def _form(place: Place) -> EvaluationForm:
    fields = place.fields(("title",), ("source", "aspects", "levels", "most", "passing"))
    levels = fields["levels"].entries() if "levels" in fields else {}
    aspects = fields["aspects"].entries() if "aspects" in fields else {}
    return EvaluationForm(
        title=read_text_here(fields["title"]),
        source=read_text_here(fields["source"]) if "source" in fields else {},
        aspects=tuple(FormAspect(key=key, words=read_text_here(words)) for key, words in aspects.items()),
        levels=tuple(_level(key, level) for key, level in levels.items()),
        most=fields["most"].number() if "most" in fields else Decimal(10),
        passing=fields["passing"].number() if "passing" in fields else Decimal(5),
    )


def _level(key: str, place: Place) -> FormLevel:
    fields = place.fields(("words", "grade"), ("passes",))
    passes = fields["passes"].flag() if "passes" in fields else True
    return FormLevel(key=key, words=read_text_here(fields["words"]), grade=fields["grade"].name(), passes=passes)


def _panel(place: Place) -> PanelRule:
    fields = place.fields(("least",), ("from_enterprises",))
    share = fields["from_enterprises"].name() if "from_enterprises" in fields else "2/3"
    above, _, below = share.partition("/")
    if not (above.isdecimal() and below.isdecimal() and 0 < int(above) <= int(below)):
        raise fields["from_enterprises"].wrong(Message("a share is expected here, such as 2/3"))
    return PanelRule(least=fields["least"].whole(), from_enterprises=Fraction(int(above), int(below)))


def _dual(place: Place) -> DualRule:
    fields = place.fields(("name", "source", "least", "most", "leave_until", "thesis", "total"), ("paid",))
    return DualRule(
        name=read_text_here(fields["name"]),
        source=read_text_here(fields["source"]),
        least=fields["least"].number(),
        most=fields["most"].number(),
        leave_until=fields["leave_until"].number(),
        paid=fields["paid"].flag() if "paid" in fields else False,
        thesis=fields["thesis"].name(),
        total=fields["total"].number(),
    )
