"""Does dual training stay within its share of a degree, and until when may a student leave it?"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dualdegree.core.text import Message, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DualRule:
    """What a law asks of a dual mention: which share of the degree's credits, thesis included, is done at enterprises.

    Shares are in per cent of the degree's ``total`` of credits. ``leave_until``: a student may leave while at most this
    share of the credits of the dual route is passed. ``paid``: a paid contract is needed. ``thesis`` is how the
    curriculum tags the thesis.
    """

    name: Text
    source: Text
    least: Decimal
    most: Decimal
    leave_until: Decimal
    paid: bool
    thesis: str
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DualFacts:
    """Credits of placements in dual training, of the thesis, and what of both is passed."""

    placements: Decimal
    thesis: Decimal
    passed: Decimal
    paid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DualStanding:
    """How dual training stands, each as a shape and a sentence."""

    share: Fraction
    """In per cent of the degree."""
    lines: tuple[tuple[str, Message], ...]
    may_leave: bool


def watched(rule: DualRule, facts: DualFacts) -> DualStanding:
    """How the dual route stands by its rule."""
    dual = facts.placements + facts.thesis
    share = Fraction(dual * 100) / Fraction(rule.total)
    passed = Fraction(facts.passed * 100) / Fraction(dual) if dual else Fraction(0)
    may_leave = passed <= Fraction(rule.leave_until)
    lines = [_share(rule, share, dual), _leaving(rule, passed, may_leave=may_leave)]
    if rule.paid and not facts.paid:
        lines.append(("unmet", Message("A paid contract for dual training is needed, and none is recorded.")))
    return DualStanding(share=share, lines=tuple(lines), may_leave=may_leave)


def _share(rule: DualRule, share: Fraction, dual: Decimal) -> tuple[str, Message]:
    words = {
        "credits": dual,
        "total": rule.total,
        "share": in_per_cent(share),
        "least": rule.least,
        "most": rule.most,
    }
    within = Fraction(rule.least) <= share <= Fraction(rule.most)
    sentence = Message(
        "%(credits)s of %(total)s credits are done in dual training, thesis included: %(share)s %%, where %(least)s to "
        "%(most)s %% are asked for.",
        words,
    )
    return ("met" if within else "unmet"), sentence


def _leaving(rule: DualRule, passed: Fraction, *, may_leave: bool) -> tuple[str, Message]:
    words = {"passed": in_per_cent(passed), "until": rule.leave_until}
    if may_leave:
        return "info", Message(
            "The student may still leave the dual route: %(passed)s %% of its credits are passed, and one may leave "
            "while at most %(until)s %% are.",
            words,
        )
    return "void", Message(
        "The student may not leave the dual route any more: %(passed)s %% of its credits are passed, more than "
        "%(until)s %%.",
        words,
    )


def in_per_cent(share: Fraction) -> Decimal:
    """A share as it is shown: with one decimal, cut off."""
    tenths = share * 10
    return Decimal(tenths.numerator // tenths.denominator) / 10
