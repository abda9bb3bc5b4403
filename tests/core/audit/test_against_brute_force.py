"""Is the engine right on every kind and key of the specification? Compared with looking at every allocation."""

import pytest
from hypothesis import given

from dualdegree.core.audit import audit
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
