"""When is a thesis defended, before whom, and what do the votes make of it?

Degree Law of China, articles 25 to 27: reviewed before the defence; a committee of at least three; two thirds of all
its members in favour; what is not passed may be revised within a time limit and defended again. Other laws have other
figures, which are data of the institution.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from dualdegree.core.refusal import Refusal
from dualdegree.core.text import folded
from dualdegree.core.training.theses import AgainRule, CommitteeRule, ReviewRule


class Opinion(StrEnum):
    """What a reviewer says of a thesis."""

    FAVOURABLE = "favourable"
    AFTER_CHANGES = "after_changes"
    """It may be defended once small changes are made."""
    UNFAVOURABLE = "unfavourable"


IN_FAVOUR = frozenset({Opinion.FAVOURABLE, Opinion.AFTER_CHANGES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One reviewer's opinion on one day."""

    reviewer: str
    affiliation: str
    on: dt.date
    opinion: Opinion
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeMember:
    """One member of a committee; ``external``: from neither of the two universities."""

    name: str
    affiliation: str
    chair: bool = False
    external: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """How the committee voted, as numbers; whoever is missing has not voted."""

    in_favour: int
    against: int
    abstained: int = 0

    @property
    def cast(self) -> int:
        """How many votes there are."""
        return self.in_favour + self.against + self.abstained


class DefenceOutcome(StrEnum):
    """What a defence made of the thesis, for one degree."""

    PASSED = "passed"
    TO_CORRECT = "to_correct"
    """Not passed; it may be corrected and defended again."""
    NOT_PASSED = "not_passed"


def refuse_unreviewed(reviews: Sequence[Review], rule: ReviewRule, on: dt.date) -> None:
    """Refuse a defence on a day before which there are not as many reviews as the institution asks for.

    Raises ``Refusal`` about ``on``.
    """
    before = [review for review in reviews if review.on < on]
    if len(before) < rule.at_least:
        words = {"needed": str(rule.at_least), "count": str(len(before)), "day": on}
        raise Refusal(
            "Reviews needed before the defence: %(needed)s; dated before %(day)s: %(count)s. Enter the reviews first, "
            "or correct the day.",
            words,
            about="on",
        )
    favourable = [review for review in before if review.opinion in IN_FAVOUR]
    if len(favourable) < rule.in_favour:
        words = {"needed": str(rule.in_favour), "count": str(len(favourable))}
        raise Refusal(
            "Reviews needed in favour of the defence: %(needed)s; there are: %(count)s. Enter another review first.",
            words,
            about="on",
        )


def refuse_committee(members: Sequence[CommitteeMember], rule: CommitteeRule, supervisors: Collection[str]) -> None:
    """Refuse a committee that the rule does not allow; ``supervisors`` are their names. Raises ``Refusal``."""
    if len(members) < rule.at_least:
        words = {"count": str(len(members)), "needed": str(rule.at_least), "source": rule.source}
        raise Refusal(
            "Members of the committee: %(count)s; at least %(needed)s are needed (%(source)s). Name the others.",
            words,
            about="members",
        )
    _refuse_twice(members)
    if sum(member.chair for member in members) != 1:
        raise Refusal("Say who chairs the committee: one member, and no more.", about="members")
    external = sum(member.external for member in members)
    if external < rule.external:
        words = {"count": str(external), "needed": str(rule.external), "source": rule.source}
        raise Refusal(
            "External members of the committee: %(count)s; at least %(needed)s are needed (%(source)s).",
            words,
            about="members",
        )
    known = {folded(name) for name in supervisors}
    for member in members:
        if not rule.supervisors and folded(member.name) in known:
            words = {"name": member.name, "source": rule.source}
            raise Refusal(
                "%(name)s supervises the thesis and cannot be a member of its committee (%(source)s).",
                words,
                about="members",
            )


def _refuse_twice(members: Sequence[CommitteeMember]) -> None:
    names = [folded(member.name) for member in members]
    for member, name in zip(members, names, strict=True):
        if names.count(name) > 1:
            raise Refusal("%(name)s is named twice in the committee.", {"name": member.name}, about="members")


def refuse_votes(votes: Votes, members: int) -> None:
    """Refuse more votes than the committee has members, and none at all. Raises ``Refusal``."""
    if votes.cast > members:
        words = {"votes": str(votes.cast), "members": str(members)}
        raise Refusal(
            "Votes: %(votes)s; members of the committee: %(members)s. Nobody votes twice; correct the votes.",
            words,
            about="in_favour",
        )
    if not votes.cast:
        raise Refusal("Nobody has voted; enter how many voted for and against.", about="in_favour")


def needed(members: int, votes: Votes, rule: CommitteeRule) -> int:
    """How many votes in favour carry the decision; whoever is absent or abstains is a member all the same."""
    whole = members if rule.of_all else votes.in_favour + votes.against
    return max(1, ceil(rule.in_favour * whole))


def outcome(members: int, votes: Votes, rule: CommitteeRule, *, again: bool) -> DefenceOutcome:
    """What the votes make of the thesis; ``again``: the committee lets it be corrected and defended again."""
    if votes.in_favour >= needed(members, votes, rule):
        return DefenceOutcome.PASSED
    return DefenceOutcome.TO_CORRECT if again else DefenceOutcome.NOT_PASSED


def window(before: dt.date, rule: AgainRule) -> tuple[dt.date, dt.date]:
    """The first and the last day of another defence, counted from the one before."""
    return before + dt.timedelta(days=rule.from_days), before + dt.timedelta(days=rule.within_days)


def refuse_again(on: dt.date, before: Sequence[tuple[dt.date, DefenceOutcome]], rule: AgainRule | None) -> None:
    """Refuse another defence that may not be, or is too early or too late. Raises ``Refusal`` about ``on``.

    ``before`` are the defences that were held for this degree, oldest first.
    """
    if not before:
        return
    last, result = before[-1]
    if result is DefenceOutcome.PASSED:
        raise Refusal("The thesis is defended and passed; there is nothing to defend again.", about="on")
    if rule is None or len(before) > rule.times or result is DefenceOutcome.NOT_PASSED:
        raise Refusal("The thesis was not passed, and the rules let it not be defended again.", about="on")
    first, latest = window(last, rule)
    if on < first:
        raise Refusal(
            "A thesis is defended again on %(first)s at the earliest, so that it can be corrected.",
            {"first": first},
            about="on",
        )
    if on > latest:
        raise Refusal(
            "The time to defend it again ended on %(latest)s; the institution's body decides what follows.",
            {"latest": latest},
            about="on",
        )


def named(members: Iterable[CommitteeMember]) -> tuple[str, ...]:
    """The members' names, the chair's first."""
    return tuple(member.name for member in sorted(members, key=lambda member: not member.chair))
