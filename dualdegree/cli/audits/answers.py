"""How does the terminal tell an answer? An explanation as indented lines of English."""

from collections.abc import Iterator

from dualdegree.core.audit.explain.explanation import DegreeExplained, Explanation, RequirementLine, explain
from dualdegree.core.audit.plan.case import load_figure
from dualdegree.core.audit.plan.search import Plan, PlanCase
from dualdegree.core.credit import figure
from dualdegree.core.text import Message, say


def explained(name: str, explanation: Explanation) -> Iterator[str]:
    """The lines about one case."""
    yield name
    for degree in explanation.degrees:
        yield from _degree(degree)
    sentences = (explanation.shared, explanation.unproven, *explanation.conflict)
    yield from (f"  {sentence}" for sentence in sentences if sentence is not None)
    yield from (f"    {member}" for member in explanation.members)
    yield from (f"  moved in {move.degree}: {move.name}. {move.says} {move.because}" for move in explanation.moved)
    yield from (f"  {sentence}" for sentence in explanation.idle)


def plan_lines(name: str, planned: PlanCase, plan: Plan) -> Iterator[str]:
    """The lines about one plan, or why there is none."""
    yield name
    if plan.offers is None:
        yield "  No set of these courses finishes both degrees."
        if plan.only_terms_block:
            yield "  All of them together would, but they do not fit into their terms."
            yield f"  These cannot all hold: {', '.join(plan.held_up_by)}"
        why_not = explain(plan.audited, plan.answer)
        yield from (f"  {sentence}" for sentence in why_not.conflict)
        yield from (f"    {member}" for member in why_not.members)
        return
    courses = {offer.id: offer.course for offer in planned.offers}
    yield f"  {figure(plan.added_ects)} ECTS more finish both degrees."
    if not plan.is_proven:
        yield "  Not proven: the search was stopped at its limit of work, and a cheaper plan may exist."
    loads = {name: term for term in plan.terms for name in term.names}
    for term, offers in plan.offers.items():
        names = ", ".join(f"{offer} ({courses[offer]})" for offer in offers)
        yield f"  {term}, {load_figure(loads[term].load)} ECTS in all: {names}"
    for degree, milestones in plan.milestones.items():
        yield f"  still to come in {degree}: {', '.join(milestones)}"
    for degree, come in plan.to_come.items():
        for node, mean in come.means.items():
            needed = "by no course to come" if mean is None else f"with a mean of {figure(mean)} in the courses to come"
            yield f"  the mean {node} of {degree} is short: to be reached {needed}"
    for offer, others in plan.alternatives.items():
        yield f"  in place of {offer}: {', '.join(others)}"


def _degree(degree: DegreeExplained) -> Iterator[str]:
    yield f"  {degree.id}: {degree.verdict}"
    for requirement in degree.requirements:
        yield from _requirement(requirement, "    " + "  " * requirement.depth)
    for limit in degree.limits:
        yield f"    limit {limit.id}: {figure(limit.used)} of {figure(limit.at_most)}. {limit.says}"
    for course in degree.courses:
        if course.place not in {requirement.id for requirement in degree.requirements}:
            yield f"    {course.item}: {course.name}. {_joined(course.says)}"


def _requirement(requirement: RequirementLine, margin: str) -> Iterator[str]:
    mark = "met " if requirement.met else "idle" if requirement.needless else "open"
    yield f"{margin}{mark} {say(requirement.title, 'en')}: {requirement.asks}"
    yield from (f"{margin}     {rule}" for rule in requirement.also)
    if requirement.got is not None and requirement.needed is not None:
        names = ", ".join(map(str, requirement.serves)) or "nothing"
        yield f"{margin}     {figure(requirement.got)} of {figure(requirement.needed)}: {names}"
    if requirement.missing is not None and not requirement.needless:
        yield f"{margin}     {requirement.missing}"


def _joined(sentences: tuple[Message, ...]) -> str:
    return " ".join(map(str, sentences))
