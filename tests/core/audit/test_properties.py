"""What must hold between the answers to two cases? The order of rows, names, more study, looser limits, the past."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from dualdegree.core.audit import audit
from dualdegree.core.audit.facts import Attempt, Status
from dualdegree.core.audit.rules import All, Average, Choose, Courses, Credits, nodes
from tests.core.audit.agreement import places
from tests.core.audit.brute_force import BruteForce
from tests.core.audit.small_cases import small_cases

SEEDS = st.integers(0, 1000)


def shuffled(rows, chance):
    rows = list(rows)
    chance.shuffle(rows)
    return tuple(rows)


@given(small_cases(), SEEDS)
def test_reordering_the_input_changes_nothing(case, seed):
    chance = Random(seed)
    other = replace(
        case,
        degrees=shuffled((replace(d, limits=shuffled(d.limits, chance)) for d in case.degrees), chance),
        record=shuffled(case.record, chance),
        recognitions=shuffled(
            (
                replace(r, sources=shuffled(r.sources, chance), grants=shuffled(r.grants, chance))
                for r in case.recognitions
            ),
            chance,
        ),
        milestones=shuffled(case.milestones, chance),
        previous={name: dict(reversed(own.items())) for name, own in case.previous.items()},
    )

    assert audit(other) == audit(case)


def with_parts_shuffled(node, chance):
    if not isinstance(node, All | Choose):
        return node
    return replace(node, parts=shuffled((with_parts_shuffled(part, chance) for part in node.parts), chance))


@given(small_cases(), SEEDS)
def test_reordering_the_parts_of_a_requirement_changes_no_claim(case, seed):
    chance = Random(seed)
    other = replace(
        case,
        degrees=tuple(
            replace(degree, requirements=with_parts_shuffled(degree.requirements, chance)) for degree in case.degrees
        ),
    )

    # Which conflict is named follows the order of the tree, as the specification says.
    assert replace(audit(other), blocking=None) == replace(audit(case), blocking=None)


def renamed(case, names):
    """The case with every id of an attempt or grant put through ``names``."""

    def all_in(claims):
        return {degree: {names[item]: place for item, place in own.items()} for degree, own in claims.items()}

    return replace(
        case,
        record=tuple(replace(a, id=names[a.id]) for a in case.record),
        recognitions=tuple(
            replace(
                r,
                sources=tuple(names[source] for source in r.sources),
                grants=tuple(replace(g, id=names[g.id]) for g in r.grants),
            )
            for r in case.recognitions
        ),
        exceptions=tuple(replace(e, item=names.get(e.item, e.item)) for e in case.exceptions),
        previous=all_in(case.previous),
        conferred=all_in(case.conferred),
    )


def without_ties(case):
    """The case in which no two attempts at one course tie, so that ids do not decide which stands."""
    return replace(case, record=tuple(replace(a, term=f"{a.term}-{n}") for n, a in enumerate(case.record)))


@given(small_cases(), SEEDS)
def test_renaming_leaves_every_figure_of_the_order_unchanged(case, seed):
    case = without_ties(case)
    old = [a.id for a in case.record] + [g.id for r in case.recognitions for g in r.grants]
    names = dict(zip(old, shuffled((f"i{n}" for n in range(len(old))), Random(seed)), strict=True))

    before, after = audit(case), audit(renamed(case, names))

    assert after.joint_shortfall_ects == before.joint_shortfall_ects
    assert len(after.moved) == len(before.moved)
    assert counted_ects(case, after, names) == counted_ects(case, before, {n: n for n in old})
    assert sum(d.met for d in after.degrees.values()) == sum(d.met for d in before.degrees.values())
    assert [d.met_alone for d in after.degrees.values()] == [d.met_alone for d in before.degrees.values()]


def counted_ects(case, answer, names):
    sizes = {names[a.id]: a.credits for a in case.record}
    sizes |= {names[g.id]: g.credits for r in case.recognitions for g in r.grants}
    return sum(
        sizes[item] * degree.ects_per_credit for degree in case.degrees for item in answer.degrees[degree.id].claims
    )


def has_average(case):
    return any(isinstance(node, Average) for degree in case.degrees for node in nodes(degree.requirements))


@given(small_cases(), st.sampled_from(["core", "elective"]), st.sampled_from([0, 1]))
def test_one_more_passed_course_never_hurts(case, tag, number):
    degree = case.degrees[number % len(case.degrees)]
    more = Attempt(
        id="zz",
        institution=degree.institution,
        course="NEW1",
        credits=Decimal("4.5"),
        status=Status.PASSED,
        grade=Decimal(9),
        term="2026-2",
        tags=(tag,),
    )

    before, after = audit(case), audit(replace(case, record=(*case.record, more)))

    if not has_average(case):
        assert sum(d.met for d in after.degrees.values()) >= sum(d.met for d in before.degrees.values())
        assert after.joint_shortfall_ects <= before.joint_shortfall_ects or sum(
            d.met for d in after.degrees.values()
        ) > sum(d.met for d in before.degrees.values())
        for name, degree_before in before.degrees.items():
            assert after.degrees[name].met_alone >= degree_before.met_alone


@given(small_cases())
def test_a_looser_limit_never_hurts(case):
    looser = replace(
        case,
        degrees=tuple(
            replace(d, limits=tuple(replace(limit, at_most=limit.at_most + 3) for limit in d.limits))
            for d in case.degrees
        ),
        shared_credits=case.shared_credits and replace(case.shared_credits, at_most=case.shared_credits.at_most + 3),
    )

    before, after = audit(case), audit(looser)

    assert sum(d.met for d in after.degrees.values()) >= sum(d.met for d in before.degrees.values())
    if [d.met for d in after.degrees.values()] == [d.met for d in before.degrees.values()]:
        assert after.joint_shortfall_ects <= before.joint_shortfall_ects


@given(small_cases())
def test_the_same_question_again_moves_nothing(case):
    first = audit(case)

    again = audit(replace(case, previous=places(first)))

    assert again.moved == ()
    assert places(again) == places(first)


@given(small_cases())
def test_what_need_not_move_stays(case):
    """If some allocation optimal in steps 1 and 2 changes no claim of ``previous``, ``moved`` is empty."""
    truth = BruteForce(case)
    lack = sum(way.lack for way in truth.best())
    can_stay = any(
        sum(way.lack for way in pair) == lack
        and sum(way.lack == 0 for way in pair) == sum(way.lack == 0 for way in truth.best())
        and not any(way.moved for way in pair)
        for pair in truth.pairs(
            [
                [w for w in ways if not w.moved and not any(isinstance(b, tuple) for b in w.broken)]
                for ways in truth.ways
            ],
            truth.is_shared_limited,
        )
    )

    if can_stay:
        assert audit(case).moved == ()


@given(small_cases())
def test_every_item_is_somewhere_and_every_node_answered(case):
    answer = audit(case)

    for degree in case.degrees:
        part = answer.degrees[degree.id]
        assert not part.claims.keys() & part.not_counted.keys()
        assert part.free.keys() == {item for item, place in part.claims.items() if place == "free"}
        assert list(part.requirements) == [node.id for node in nodes(degree.requirements)]
        for node in nodes(degree.requirements):
            assert (part.requirements[node.id].got is not None) == isinstance(node, Credits | Courses)
