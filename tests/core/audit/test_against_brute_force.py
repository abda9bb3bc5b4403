"""Is the engine right on every kind and key of the specification? Compared with looking at every allocation."""

import pytest
from hypothesis import given

from dualdegree.core.audit import allocate, audit
from dualdegree.core.audit.allocate import settle
from dualdegree.core.audit.allocate.effort import OutOfWork
from dualdegree.core.audit.allocate.parts import covers
from dualdegree.core.audit.allocate.searching import aim
from dualdegree.core.audit.allocate.together import best, board
from tests.core.audit.agreement import assert_right
from tests.core.audit.small_cases import seeded, small_cases


@given(small_cases())
def test_the_answer_is_the_one_that_brute_force_finds(case):
    assert_right(case, audit(case))


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_the_answer_is_right_on_fixed_seeds(first):
    for seed in range(first, first + 50):
        case = seeded(seed)

        assert_right(case, audit(case))


def without_shortcuts(monkeypatch):
    """Nothing is settled by first wishes or at the first try: all is searched, with prices for bounds."""
    monkeypatch.setattr(allocate, "first_wishes", lambda _: None)
    monkeypatch.setattr(settle, "first_wishes", lambda _: None)
    monkeypatch.setattr(settle, "_at_once", lambda *_: None)


def without_search(monkeypatch):
    """No search for figures comes to an end: bundles bid for them together, and wishes are asked for one by one."""

    def give_up(*_):
        raise OutOfWork

    without_shortcuts(monkeypatch)
    monkeypatch.setattr(aim.Aim, "some", give_up)


def with_the_integer_program(monkeypatch):
    """Neither bounds nor exchanges settle anything: the integer program says the figures."""
    without_search(monkeypatch)
    monkeypatch.setattr(best._Hunt, "_settle", lambda *_: -1)


def on_wide_boards(monkeypatch):
    """Every board counts as one of very many bids: one descent, and then the integer program."""
    without_search(monkeypatch)
    monkeypatch.setattr(board, "WIDE", 0)


def in_coarse_units(monkeypatch):
    """What limits must cost is kept in coarse units, as where there are thousands of items."""
    monkeypatch.setattr(covers, "MOST_KEPT", 8)


@pytest.mark.parametrize(
    "route", [without_shortcuts, without_search, with_the_integer_program, on_wide_boards, in_coarse_units]
)
@pytest.mark.parametrize("first", range(1000, 1080, 40))
def test_every_route_to_an_answer_comes_to_the_same(route, first, monkeypatch):
    route(monkeypatch)
    for seed in range(first, first + 40):
        case = seeded(seed)

        assert_right(case, audit(case))
