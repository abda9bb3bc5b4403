"""A certificate's number is checked part by part, and the next one follows the highest."""

import pytest

from dualdegree.core.conferral.numbers import (
    NumberPart,
    NumberPattern,
    doubled,
    next_number,
    plain_number,
    require_number,
)
from dualdegree.core.refusal import Refusal

SIXTEEN = NumberPattern(
    name={"en": "degree certificate number"},
    parts=(
        NumberPart(name={"en": "the institution"}, digits=5, always="10006"),
        NumberPart(name={"en": "the level"}, digits=1, always="3"),
        NumberPart(name={"en": "the year"}, digits=4, is_year=True),
        NumberPart(name={"en": "the sequence"}, digits=6),
    ),
)
REGISTER = NumberPattern(
    name={"en": "register number"},
    parts=(
        NumberPart(name={"en": "the year"}, digits=4, is_year=True),
        NumberPart(name={"en": "the sequence"}, digits=6, after="/"),
    ),
)


def test_sixteen_digits_that_fit_are_taken():
    require_number("1000632026000001", SIXTEEN, 2026)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (
            "100063202600001",
            "has 15 signs, but degree certificate number has 16: 5 for the institution, 1 for the level",
        ),
        ("1000732026000001", "the institution is 10007 and has to be 10006"),
        ("1000622026000001", "the level is 2 and has to be 3"),
        ("1000632025000001", "the year is 2025 and has to be 2026"),
        ("100063202600000A", '"00000A" stands where the sequence has digits, as in 000000'),
    ],
)
def test_a_number_that_does_not_fit_is_refused_by_the_part_that_is_wrong(number, sentence):
    with pytest.raises(Refusal, match=sentence):
        require_number(number, SIXTEEN, 2026)


def test_a_sign_between_two_parts_is_part_of_the_number():
    require_number("2026/000123", REGISTER, 2026)

    with pytest.raises(Refusal, match='"-000123" stands where the sequence has digits, as in /000000'):
        require_number("2026-000123", REGISTER, 2026)


def test_full_width_digits_are_the_same_number():
    assert plain_number(" １０００６３２０２６０００００１ ") == "1000632026000001"


def test_the_next_number_follows_the_highest_of_the_year():
    known = ["1000632025000099", "1000632026000007", "1000632026000003", "not a number"]

    assert next_number(SIXTEEN, known, 2026) == "1000632026000008"
    assert next_number(REGISTER, known, 2026) == "2026/000001"


def test_no_number_is_guessed_where_a_part_is_nobodys_to_guess():
    free = NumberPattern(
        name={"en": "number"}, parts=(NumberPart(name={"en": "the faculty"}, digits=2), *REGISTER.parts)
    )

    assert next_number(free, [], 2026) == ""


def test_a_number_that_stands_twice_is_told():
    assert doubled(["1", "2", "1"]) == "1"
    assert doubled(["", "", "1"]) is None
