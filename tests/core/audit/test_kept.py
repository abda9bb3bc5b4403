"""Is what was worked out for an object found again, and let go when many others came after it?"""

from dualdegree.core.kept import MOST, Kept


class Rules:
    """Something that is equal to nothing else."""


def counted():
    made = []
    return made, Kept(lambda objects: made.append(objects) or len(made))


def test_a_value_is_made_once_for_the_same_objects():
    made, kept = counted()
    one, other = Rules(), Rules()

    assert kept.of(one, other) == kept.of(one, other) == 1
    assert made == [(one, other)]


def test_the_order_of_the_objects_matters():
    _, kept = counted()
    one, other = Rules(), Rules()

    assert kept.of(one, other) != kept.of(other, one)


def test_the_value_made_first_is_let_go_when_there_are_too_many():
    made, kept = counted()
    first, *others = (Rules() for _ in range(MOST + 1))

    for rules in (first, *others):
        kept.of(rules)
    kept.of(first)

    assert len(made) == MOST + 2
