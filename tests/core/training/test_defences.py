"""When may a thesis be defended, before whom, and what do the votes make of it?"""

import datetime as dt
from fractions import Fraction

import pytest

from dualdegree.core.refusal import Refusal
from dualdegree.core.training.defences import (
    CommitteeMember,
    DefenceOutcome,
    Opinion,
    Review,
    Votes,
    needed,
    outcome,
    refuse_again,
    refuse_committee,
    refuse_unreviewed,
    refuse_votes,
)
from dualdegree.core.training.theses import CommitteeRule
from tests.core.training.rules import EASTERN, LAW

JUNE = dt.date(2026, 6, 12)
RULE = EASTERN.committee
CHAIR = CommitteeMember(name="He Jing", affiliation="East", chair=True)
SECOND = CommitteeMember(name="Ann Bo", affiliation="West")
THIRD = CommitteeMember(name="Sam Ito", affiliation="Institute of Machines", external=True)
COMMITTEE = (CHAIR, SECOND, THIRD)


def review(day, opinion=Opinion.FAVOURABLE, reviewer="R"):
    return Review(reviewer=reviewer, affiliation="Elsewhere", on=day, opinion=opinion)


def refused(act, *given):
    with pytest.raises(Refusal) as raised:
        act(*given)
    return str(raised.value), raised.value.about


def test_a_defence_before_its_reviews_is_refused_at_its_day():
    reviews = [review(dt.date(2026, 6, 1)), review(JUNE)]

    words, about = refused(refuse_unreviewed, reviews, EASTERN.reviews, JUNE)

    assert words.startswith("Reviews needed before the defence: 2; dated before 2026-06-12: 1.")
    assert about == "on"


def test_a_review_that_is_against_it_stops_the_defence_until_there_is_another():
    against = [review(dt.date(2026, 6, 1)), review(dt.date(2026, 6, 2), Opinion.UNFAVOURABLE)]

    words, _ = refused(refuse_unreviewed, against, EASTERN.reviews, JUNE)

    assert words == "Reviews needed in favour of the defence: 2; there are: 1. Enter another review first."
    refuse_unreviewed([*against, review(dt.date(2026, 6, 3), Opinion.AFTER_CHANGES)], EASTERN.reviews, JUNE)


def test_a_committee_of_two_is_refused_with_the_law_that_asks_for_three():
    words, about = refused(refuse_committee, COMMITTEE[:2], RULE, ())

    assert words == ("Members of the committee: 2; at least 3 are needed (Degree Law, article 26). Name the others.")
    assert about == "members"


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ((CHAIR, SECOND, CommitteeMember(name="ann bo", affiliation="West")), "Ann Bo is named twice in the committee."),
        ((SECOND, THIRD, CommitteeMember(name="Li", affiliation="East")), "Say who chairs the committee: one member, and no more."),
        ((CHAIR, SECOND, CommitteeMember(name="Li", affiliation="East", chair=True)), "Say who chairs the committee: one member, and no more."),
    ],
)  # fmt: skip
def test_a_committee_names_everybody_once_and_one_chair(members, words):
    assert refused(refuse_committee, members, RULE, ()) == (words, "members")


def test_a_supervisor_sits_on_the_committee_only_where_the_institution_lets_them():
    words, _ = refused(refuse_committee, COMMITTEE, RULE, ("ANN BO",))

    assert words.startswith("Ann Bo supervises the thesis and cannot be a member of its committee")
    refuse_committee(COMMITTEE, CommitteeRule(supervisors=True, source=LAW), ("ANN BO",))


def test_external_members_are_counted_where_the_institution_asks_for_them():
    strict = CommitteeRule(external=2, source=LAW)

    assert refused(refuse_committee, COMMITTEE, strict, ())[0].startswith("External members of the committee: 1;")


def test_no_more_votes_than_members():
    words, about = refused(refuse_votes, Votes(in_favour=3, against=1), 3)

    assert words == "Votes: 4; members of the committee: 3. Nobody votes twice; correct the votes."
    assert about == "in_favour"
    assert refused(refuse_votes, Votes(in_favour=0, against=0), 3)[0].startswith("Nobody has voted")


@pytest.mark.parametrize(
    ("members", "in_favour", "passed"), [(3, 2, True), (3, 1, False), (5, 3, False), (5, 4, True), (7, 5, True)]
)
def test_two_thirds_of_all_members_carry_it_whoever_is_absent(members, in_favour, passed):
    votes = Votes(in_favour=in_favour, against=0)

    assert (outcome(members, votes, RULE, again=False) is DefenceOutcome.PASSED) is passed


def test_a_majority_of_the_votes_is_another_rule():
    majority = CommitteeRule(in_favour=Fraction(1, 2), of_all=False, source=LAW)

    assert needed(5, Votes(in_favour=2, against=1), majority) == 2
    assert needed(5, Votes(in_favour=2, against=1), RULE) == 4


def test_what_is_not_passed_may_be_corrected_where_the_committee_lets_it():
    few = Votes(in_favour=1, against=2)

    assert outcome(3, few, RULE, again=True) is DefenceOutcome.TO_CORRECT
    assert outcome(3, few, RULE, again=False) is DefenceOutcome.NOT_PASSED


def test_a_second_defence_is_neither_too_early_nor_too_late():
    before, rule = [(JUNE, DefenceOutcome.TO_CORRECT)], EASTERN.again

    assert refused(refuse_again, dt.date(2026, 9, 9), before, rule) == (
        "A thesis is defended again on 2026-09-10 at the earliest, so that it can be corrected.",
        "on",
    )
    refuse_again(dt.date(2026, 9, 10), before, rule)
    refuse_again(dt.date(2027, 6, 12), before, rule)
    assert refused(refuse_again, dt.date(2027, 6, 13), before, rule)[0].startswith(
        "The time to defend it again ended on 2027-06-12"
    )


def test_a_thesis_is_not_defended_more_often_than_the_rules_let_it():
    failed = (JUNE, DefenceOutcome.TO_CORRECT)

    assert (
        "let it not be defended again" in refused(refuse_again, dt.date(2027, 1, 1), [failed, failed], EASTERN.again)[0]
    )
    assert "let it not be defended again" in refused(refuse_again, dt.date(2027, 1, 1), [failed], None)[0]
    assert "nothing to defend again" in refused(refuse_again, JUNE, [(JUNE, DefenceOutcome.PASSED)], EASTERN.again)[0]
