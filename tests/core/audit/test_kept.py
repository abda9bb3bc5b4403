"""Is what was worked out for an object found again, and let go when many others came after it?"""

from dualdegree.core.kept import MOST, Kept


class Rules:
    """Something that is equal to nothing else."""


def counted():
    calls = []
    return calls, Kept(lambda objects: calls.append(objects) or len(calls))


def test_a_value_is_made_once_for_the_same_objects():
    calls, kept = counted()
    first, second = Rules(), Rules()

    assert kept.value(first, second) == kept.value(first, second) == 1
    assert calls == [(first, second)]


def test_the_order_of_the_objects_matters():
    _, kept = counted()
    first, second = Rules(), Rules()

    assert kept.value(first, second) != kept.value(second, first)


def test_the_value_made_first_is_let_go_when_there_are_too_many():
    calls, kept = counted()
    first, *others = (Rules() for _ in range(MOST + 1))

    for rules in (first, *others):
        kept.value(rules)
    kept.value(first)

    assert len(calls) == MOST + 2
