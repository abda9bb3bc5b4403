"""The ledger of recognitions: for each attempt and degree what was earned, what was granted, what rests."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualdegree.core.recognition import Earning, Spending, Unbalanced, book

BOTH = ("north", "south")


def earned(attempt, ects):
    return Earning(attempt=attempt, ects=Decimal(ects))


def spent(recognition, degree, attempts, granted):
    return Spending(recognition=recognition, degree=degree, attempts=tuple(attempts), granted=Decimal(granted))


def test_what_is_not_granted_is_shown_and_not_spendable():
    (line,) = book([earned("a1", "6")], [spent("r1", "south", ["a1"], "4.5")], ["south"])

    assert (line.earned, line.granted, line.rest, line.recognition) == (6, Decimal("4.5"), Decimal("1.5"), "r1")


def test_an_attempt_is_spent_in_each_degree_by_itself():
    north, south = book([earned("a1", "6")], [spent("r1", "south", ["a1"], "6")], BOTH)

    assert (north.recognition, south.recognition) == (None, "r1")


def test_a_grant_for_several_attempts_is_divided_to_the_last_hundredth():
    lines = book([earned(letter, "3") for letter in "abc"], [spent("r1", "south", "abc", "10")], ["south"])

    assert [line.granted for line in lines] == [Decimal("3.33"), Decimal("3.33"), Decimal("3.34")]


@pytest.mark.parametrize(
    "spendings",
    [
        [spent("r1", "south", ["a1"], "3"), spent("r2", "south", ["a1"], "3")],
        [spent("r1", "south", ["a1", "a1"], "3")],
        [spent("r1", "south", ["a2"], "3")],
    ],
)
def test_a_credit_spent_twice_or_from_nowhere_is_an_error(spendings):
    with pytest.raises(Unbalanced):
        book([earned("a1", "6")], spendings, ["south"])


@given(
    st.lists(st.decimals(0, 30, places=2), min_size=1, max_size=6),
    st.decimals(0, 60, places=2),
)
def test_no_credit_is_lost_or_made_by_dividing_a_grant(ects, granted):
    attempts = [f"a{at}" for at in range(len(ects))]
    earnings = [earned(attempt, worth) for attempt, worth in zip(attempts, ects, strict=True)]

    lines = book(earnings, [spent("r1", "south", attempts, granted)], ["south"])

    assert sum(line.granted for line in lines) == granted
    assert all(line.granted >= 0 for line in lines)
