"""Whoever runs the installation lets people in, and takes a role away again."""

import pytest

from tests.programmes.papers import NORTH

EMAIL = "new@north.example"


@pytest.fixture
def person(terminal, filled):
    def run(*options, email=EMAIL):
        return terminal("person", email, "--institution", NORTH, "--role", "advisor", *options)

    return run


def test_a_role_is_given_and_taken_away_again(person):
    given = person("--name", "New Person", "--password", "long enough to be one")

    taken = person("--withdraw")

    assert given.lines == [f"{EMAIL} is advisor at {NORTH}."]
    assert taken.lines == [f"{EMAIL} is no advisor at {NORTH}."]


def test_somebody_new_needs_a_name(person):
    ran = person("--password", "long enough to be one")

    assert ran.status == 2
    assert "Nobody has this address yet; give the person's --name." in ran.err


def test_a_role_of_nobody_cannot_be_taken_away(person):
    ran = person("--withdraw")

    assert ran.status == 2
    assert f"Nobody has the address {EMAIL}." in ran.err
