"""How is a placement evaluated: on whose form, whose value counts by law, and how does the other one differ?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message, Text
from dualdegree.core.training.parties import TrainingParty


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLevel:
    """One of the words with which a form grades, best first; ``grade`` is what it is on the institution's scale."""

    key: str
    words: Text
    grade: str
    passes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FormAspect:
    """One thing that a form asks about."""

    key: str
    words: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationForm:
    """The form of one party, as data of an institution.

    It grades each aspect and the whole with one of ``levels``, or where it has none with a figure up to ``most``, which
    passes from ``passing`` on. ``source`` is the rule that asks for it.
    """

    title: Text
    source: Text = field(default_factory=dict)
    aspects: tuple[FormAspect, ...] = ()
    levels: tuple[FormLevel, ...] = ()
    most: Decimal = Decimal(10)
    passing: Decimal = Decimal(5)

    def level(self, key: str) -> FormLevel | None:
        """The level of this key."""
        return next((level for level in self.levels if level.key == key), None)

    def read(self, text: str) -> str:
        """What was given, as it is kept. Raises ``Refusal`` for what the form does not know."""
        given = text.strip()
        if self.levels:
            if self.level(given) is None:
                raise Refusal("Choose one of the grades of the form.")
            return given
        try:
            figure = Decimal(given.replace(",", "."))
        except ArithmeticError:
            figure = Decimal("NaN")
        if not figure.is_finite() or not 0 <= figure <= self.most or figure != round(figure, 1):
            raise Refusal(
                "Give a figure from 0 to %(most)s with at most one decimal, such as 8.5.", {"most": self.most}
            )
        return str(figure)

    def passes(self, value: str) -> bool:
        """Whether the value given for the whole passes."""
        level = self.level(value)
        return level.passes if level else Decimal(value) >= self.passing

    def said(self, value: str) -> object:
        """The value as ``say`` says it."""
        level = self.level(value)
        return level.words if level else Decimal(value)

    def grade(self, value: str) -> str:
        """The same on the institution's own scale, as its register would write it."""
        level = self.level(value)
        return level.grade if level else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What one party gave: each aspect, the whole, and words."""

    by: TrainingParty
    aspects: Mapping[str, str]
    overall: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationStanding:
    """Which evaluation counts at an institution, which stand beside it, and how each of those differs."""

    lawful: TrainingParty
    counts: Evaluation | None
    beside: tuple[tuple[Evaluation, Message | None], ...]
    """Each other one, with its difference in words; None while there is nothing to compare with."""


def standing(
    evaluations: Mapping[TrainingParty, Evaluation],
    forms: Mapping[TrainingParty, EvaluationForm],
    lawful: TrainingParty,
) -> EvaluationStanding:
    """The lawful grader's value counts; every other one stands beside it, and never changes it."""
    counts = evaluations.get(lawful)
    others = [evaluations[party] for party in TrainingParty if party in evaluations and party is not lawful]
    compared = tuple((other, _difference(counts, other, forms) if counts else None) for other in others)
    return EvaluationStanding(lawful=lawful, counts=counts, beside=compared)


SAME = Message("Both evaluations agree.")


def _difference(counts: Evaluation, other: Evaluation, forms: Mapping[TrainingParty, EvaluationForm]) -> Message:
    ours, theirs = forms[counts.by], forms[other.by]
    if bool(ours.levels) != bool(theirs.levels) or (ours.levels and ours.levels != theirs.levels):
        return Message("Both forms grade differently, so that the values cannot be compared as figures.")
    if ours.levels:
        keys = [level.key for level in ours.levels]
        steps = keys.index(other.overall) - keys.index(counts.overall)
        apart: object = str(abs(steps))
        lower = Message("It is below the value that counts; grades apart: %(apart)s.", {"apart": apart})
        higher = Message("It is above the value that counts; grades apart: %(apart)s.", {"apart": apart})
        return SAME if not steps else lower if steps > 0 else higher
    difference = Decimal(other.overall) / theirs.most * ours.most - Decimal(counts.overall)
    words = {"apart": abs(difference)}
    if not difference:
        return SAME
    below = Message("It is %(apart)s points below the value that counts.", words)
    return below if difference < 0 else Message("It is %(apart)s points above the value that counts.", words)


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelRule:
    """How many sit on a panel at least, and which share of them is from enterprises."""

    least: int
    from_enterprises: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelMember:
    """Who sits on a panel, and whether they are from an enterprise."""

    name: str
    from_enterprise: bool


def refuse_panel(members: tuple[PanelMember, ...], rule: PanelRule) -> None:
    """Raise ``Refusal`` for a panel that is too small, that names somebody twice, or lacks members from enterprises."""
    names = [" ".join(member.name.split()).casefold() for member in members]
    if len(set(names)) < len(names):
        raise Refusal("Somebody is named twice on the panel; name each member once.", about="members")
    if len(members) < rule.least:
        raise Refusal(
            "A panel has at least %(least)s members; %(count)s are named. Name the others.",
            {"least": str(rule.least), "count": str(len(members))},
            about="members",
        )
    outside = sum(member.from_enterprise for member in members)
    if Fraction(outside, len(members)) < rule.from_enterprises:
        raise Refusal(
            "At least %(share)s of a panel are from enterprises; here it is %(outside)s of %(count)s. Name more "
            "members from enterprises.",
            {"share": str(rule.from_enterprises), "outside": str(outside), "count": str(len(members))},
            about="members",
        )
