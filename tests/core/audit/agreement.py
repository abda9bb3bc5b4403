"""Does an answer agree with brute force in every step of the order, and does its conflict hold what it says?"""

from tests.core.audit.brute_force import BruteForce


def assert_right(case, answer):
    """Everything that the specification fixes, and step 5 as it is documented."""
    truth = BruteForce(case)
    best = truth.best()
    for court, way in zip(truth.courts, best, strict=True):
        degree = answer.degrees[court.degree.id]
        assert degree.met == (way.lack == 0)
        assert degree.shortfall_ects == way.lack
        assert_figures(court, degree, way.places)
    assert answer.joint_shortfall_ects == sum(way.lack for way in best)
    assert len(answer.moved) == sum(way.moved for way in best)
    assert places(answer) == truth.claims(best)
    assert {name: degree.met_alone for name, degree in answer.degrees.items()} == truth.met_alone()
    assert answer.proven
    assert (answer.blocking is None) == all(way.lack == 0 for way in best)
    if answer.blocking is not None:
        assert_irreducible(truth, answer.blocking)


def assert_figures(court, degree, placed):
    """What leaves got and needed, and what limits used."""
    for leaf in court.leaves:
        outcome = degree.requirements[leaf.id]
        assert (outcome.got, outcome.needed) == (court.got(leaf, placed), court.needed(leaf, placed))
    for limit in court.degree.limits:
        assert degree.limits[limit.id].used == court.used(limit, placed)


def places(answer):
    """degree → item → leaf, ``free`` or ``uncounted``."""
    return {
        name: {**degree.claims, **dict.fromkeys(degree.not_counted, "uncounted")}
        for name, degree in answer.degrees.items()
    }


def assert_irreducible(truth, blocking):
    """Infeasible; feasible without any one member; a member that fails alone goes before all else."""
    numbers = {court.degree.id: number for number, court in enumerate(truth.courts)}
    members = [(numbers[degree], node) for degree, own in blocking.nodes.items() for node in own]
    for limit in blocking.limits:
        degree, name = limit.split("/")
        members.append((numbers[degree], ("limit", name)))
    if blocking.shared_credits:
        members.append((None, "shared"))
    everything = truth.members()
    assert set(members) <= set(everything)
    assert not truth.can_hold(members)
    for member in members:
        assert truth.can_hold([other for other in members if other != member])
    alone = next((member for member in everything if not truth.can_hold([member])), None)
    assert alone is None or members == [alone]
