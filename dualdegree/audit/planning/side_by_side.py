"""How do both degrees stand before and after a change, requirement by requirement? In words without a language yet."""

from dataclasses import dataclass

from dualdegree.core.audit.explain.compare import Judged
from dualdegree.core.audit.explain.explanation import DegreeExplained, MovedLine, RequirementLine, explain
from dualdegree.core.text import Message, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One requirement before and after; ``None`` where a curriculum does not have it."""

    title: Text
    depth: int
    before: RequirementLine | None
    after: RequirementLine | None

    @property
    def changed(self) -> bool:
        """Whether it is met, or filled, differently."""
        old, new = self.before, self.after
        if old is None or new is None:
            return True
        return (old.met, old.got, old.needed, set(old.items)) != (new.met, new.got, new.needed, set(new.items))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facing:
    """One degree before and after."""

    institution: str
    before: DegreeExplained
    after: DegreeExplained
    pairs: tuple[Pair, ...]

    @property
    def changed(self) -> tuple[Pair, ...]:
        """The requirements that differ."""
        return tuple(pair for pair in self.pairs if pair.changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """Both degrees before and after, what moves, what is shared, and why the degrees would not both be met."""

    degrees: tuple[Facing, ...]
    moved: tuple[MovedLine, ...]
    shared: tuple[Message | None, Message | None]
    conflict: tuple[Message, ...]
    members: tuple[Message, ...]
    unproven: Message | None


def side_by_side(before: Judged, after: Judged) -> SideBySide:
    """The two answers about one student, facing each other."""
    old, new = explain(before.case, before.answer), explain(after.case, after.answer)
    by_institution = {degree.institution: degree for degree in old.degrees}
    return SideBySide(
        degrees=tuple(_facing(by_institution[degree.institution], degree) for degree in new.degrees),
        moved=new.moved,
        shared=(old.shared, new.shared),
        conflict=new.conflict,
        members=new.members,
        unproven=new.unproven or old.unproven,
    )


def _facing(old: DegreeExplained, new: DegreeExplained) -> Facing:
    was = {requirement.id: requirement for requirement in old.requirements}
    now = {requirement.id for requirement in new.requirements}
    pairs = [
        Pair(title=requirement.title, depth=requirement.depth, before=was.get(requirement.id), after=requirement)
        for requirement in new.requirements
    ]
    pairs += [
        Pair(title=requirement.title, depth=requirement.depth, before=requirement, after=None)
        for requirement in old.requirements
        if requirement.id not in now
    ]
    return Facing(institution=new.institution, before=old, after=new, pairs=tuple(pairs))
