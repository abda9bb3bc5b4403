"""Why is the answer what it is? In words without a language yet: each rule, each course, the conflict, what moved.

All of it follows from the case and the answer alone; nothing is searched again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dualdegree.core.audit.answer import Answer, Because, DegreeAnswer, Shared
from dualdegree.core.audit.check.recount import Recount
from dualdegree.core.audit.explain.conflict import conflict
from dualdegree.core.audit.explain.counted import Counted, counted
from dualdegree.core.audit.explain.courses import CourseLine, MovedLine, course_lines, moved_lines
from dualdegree.core.audit.explain.requirements import LimitLine, RequirementLine, limit_lines, requirement_lines
from dualdegree.core.audit.explain.words import Names, decision, name_of, names_in
from dualdegree.core.audit.facts import Case, GrantedException
from dualdegree.core.text import Message, Text

__all__ = ["CourseLine", "DegreeExplained", "Explanation", "LimitLine", "MovedLine", "RequirementLine", "explain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DegreeExplained:
    """One degree in words, requirements in the order of the tree, courses in the order of the record."""

    id: str
    institution: str
    title: Text
    met: bool
    verdict: Message
    counted: Counted
    requirements: tuple[RequirementLine, ...]
    limits: tuple[LimitLine, ...]
    courses: tuple[CourseLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The whole answer in words. What does not apply is empty or ``None``."""

    degrees: tuple[DegreeExplained, ...]
    shared: Message | None
    conflict: tuple[Message, ...]
    """Why not, most telling sentence first; empty when both degrees are met."""
    members: tuple[Message, ...]
    """The rules that the last of these sentences speaks of, where several stand in each other's way."""
    moved: tuple[MovedLine, ...]
    idle: tuple[Message, ...]
    """Recorded exceptions that have nothing to act on."""
    unproven: Message | None


def explain(case: Case, answer: Answer, projected: Answer | None = None) -> Explanation:
    """The answer to this case in words; ``projected`` tells what is in progress beside what is counted.

    Raises ``Mismatch`` when the claims do not belong to the case.
    """
    counts = {degree.id: Recount(case, degree, answer.degrees[degree.id].claims) for degree in case.degrees}
    names = names_in(case)
    why_not = conflict(counts, names, answer.blocking)
    unproven = Message("The search was stopped before it had tried everything; a better answer may exist.")
    return Explanation(
        degrees=tuple(_degree(count, names, answer, projected) for count in counts.values()),
        shared=_shared(answer.shared, _works(case, names)) if len(counts) > 1 else None,
        conflict=why_not.sentences,
        members=why_not.members,
        moved=moved_lines(counts, names, {id_: _reasons(answer.degrees[id_]) for id_ in counts}),
        idle=tuple(_idle(case.exceptions[position], names) for position in answer.idle_exceptions),
        unproven=None if answer.proven else unproven,
    )


def _degree(count: Recount, names: Names, answer: Answer, projected: Answer | None) -> DegreeExplained:
    degree = count.degree
    said = answer.degrees[degree.id]
    figure = counted(count.case, degree, answer, projected)
    return DegreeExplained(
        id=degree.id,
        institution=degree.institution,
        title=degree.title or name_of(degree.requirements),
        met=said.met,
        verdict=_verdict(figure, alone=said.met_alone),
        counted=figure,
        requirements=tuple(requirement_lines(count, names)),
        limits=tuple(limit_lines(count)),
        courses=tuple(course_lines(count, names, _reasons(said))),
    )


def _reasons(said: DegreeAnswer) -> Mapping[str, Because]:
    return {**said.free, **said.not_counted}


def _verdict(figure: Counted, *, alone: bool) -> Message:
    words = {"figure": figure.words}
    if figure.met:
        return Message("All requirements of this degree are met.")
    if alone:
        return Message("Not met: %(figure)s. Alone, without the other degree, it could be met.", words)
    return Message("Not met: %(figure)s.", words)


def _works(case: Case, names: Names) -> Mapping[str, Message]:
    """What every work of the record is called: as the first attempt that belongs to it."""
    return {attempt.work or attempt.id: names[attempt.id] for attempt in reversed(case.record)}


def _shared(shared: Shared, works: Mapping[str, Message]) -> Message:
    exempt = tuple(works[work] for work in shared.exempt)
    words = {"ects": shared.ects, "exempt": exempt, "most": shared.at_most}
    if not shared.works and not shared.exempt:
        return Message("No work is counted in both degrees.")
    if shared.at_most is None:
        return Message("%(ects)s ECTS of work are counted in both degrees; nothing limits them.", words)
    if shared.exempt:
        return Message("%(ects)s of at most %(most)s ECTS are counted in both degrees; exempt are: %(exempt)s.", words)
    return Message("%(ects)s of at most %(most)s ECTS are counted in both degrees.", words)


def _idle(exception: GrantedException, names: Names) -> Message:
    words = {"item": names.get(exception.item or "", ""), "decision": decision(exception)}
    return Message("An exception names %(item)s, which does not stand in that degree (%(decision)s).", words)
