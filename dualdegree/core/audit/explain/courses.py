"""Where does each course count, or why does it serve nothing, and what moved? In words without a language yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.core.audit.answer import Because, Moved
from dualdegree.core.audit.check.recount import Recount
from dualdegree.core.audit.explain.words import Names, decision, name_of
from dualdegree.core.audit.facts import FREE, UNCOUNTED, Attempt, ExceptionKind, Grant, Recognition, Status
from dualdegree.core.text import Message

STATUS = {
    Status.PASSED: Message("Passed, but not looked at by this audit."),
    Status.FAILED: Message("Failed."),
    Status.IN_PROGRESS: Message("In progress; this audit looks at what is passed."),
    Status.PLANNED: Message("Planned; this audit does not look at plans."),
    Status.WITHDRAWN: Message("Withdrawn."),
    Status.DEFERRED: Message("Examination deferred."),
    Status.ABSENT: Message("Absent from the examination."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseLine:
    """One attempt or grant in one degree, in words.

    ``place`` is a leaf's id, ``free`` or ``uncounted``; ``None`` where the item does not exist.
    """

    item: str
    name: Message
    credits: Decimal
    recognised: bool
    place: str | None
    says: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedLine:
    """One item whose place differs from the previous answer's, and because of what."""

    degree: str
    item: str
    name: Message
    says: Message
    because: Message


def course_lines(count: Recount, names: Names, reasons: Mapping[str, Because]) -> Iterator[CourseLine]:
    """Every attempt at the degree's institution and every grant into it, in the order of the case."""
    for attempt in count.case.record:
        if attempt.institution == count.degree.institution:
            yield _line(count, names, reasons, attempt)
    for recognition in count.case.recognitions:
        if recognition.degree == count.degree.id:
            yield from (_line(count, names, reasons, grant, recognition) for grant in recognition.grants)


def _line(
    count: Recount,
    names: Names,
    reasons: Mapping[str, Because],
    item: Attempt | Grant,
    recognition: Recognition | None = None,
) -> CourseLine:
    place = count.claims.get(item.id, UNCOUNTED) if item.id in count.items else None
    return CourseLine(
        item=item.id,
        name=names[item.id],
        credits=item.credits,
        recognised=recognition is not None,
        place=place,
        says=tuple(_says(count, names, reasons, item, recognition)),
    )


def _says(
    count: Recount, names: Names, reasons: Mapping[str, Because], item: Attempt | Grant, recognition: Recognition | None
) -> Iterator[Message]:
    if recognition is not None:
        yield Message(
            "Recognised for: %(courses)s.", {"courses": tuple(names[source] for source in recognition.sources)}
        )
    if item.id not in count.items:
        yield _absent(count, item)
        return
    place = count.claims.get(item.id)
    if place is None or place == FREE:
        yield _why(count, reasons[item.id], item.id)
    else:
        yield Message("Counts for “%(node)s”.", {"node": name_of(count.tree[place])})
    across = [leaf for leaf in count.leaves if leaf.overlay and item.id in count.outcomes[leaf.id].items]
    if across:
        yield Message("Counts towards: %(nodes)s.", {"nodes": tuple(name_of(leaf) for leaf in across)})


def _absent(count: Recount, item: Attempt | Grant) -> Message:
    """Why an attempt or grant is no item of the degree."""
    if isinstance(item, Grant):
        return Message("Not there yet: a course that it rests on is not passed.")
    if item.status not in count.case.include:
        return STATUS[item.status]
    return Message("Another attempt at this course stands.")


def _why(count: Recount, reason: Because, item: str) -> Message:
    """Why an item serves no requirement, or is not counted."""
    match reason.because:
        case "unselected":
            return Message("Counted, without a requirement of its own.")
        case "full":
            words = {"nodes": tuple(name_of(count.tree[leaf]) for leaf in reason.of)}
            if wanting := [leaf for leaf in reason.of if not count.outcomes[leaf].met]:
                words = {"nodes": tuple(name_of(count.tree[leaf]) for leaf in wanting)}
                return Message(
                    "Counted, without a requirement of its own; in %(nodes)s it would exceed a limit, or leave no less "
                    "missing in all.",
                    words,
                )
            return Message("Counted among all credits; what it could serve is met by other courses: %(nodes)s.", words)
        case "limit":
            limits = {f"{count.degree.id}/{limit.id}": name_of(limit) for limit in count.degree.limits}
            words = {"limits": tuple(limits[limit] for limit in reason.of)}
            return Message("Not counted, because it would exceed: %(limits)s.", words)
        case "shared_credits":
            most = count.case.shared_credits.at_most if count.case.shared_credits else Decimal(0)
            return Message("Not counted, because both degrees may share at most %(most)s ECTS.", {"most": most})
        case "excluded" | "pinned":
            return _decided(count, item, reason.because)
        case "conferred":
            return Message("Not counted when this degree was conferred.")
        case _:
            return Message("Not counted, as in the previous audit.")


def _decided(count: Recount, item: str, because: str) -> Message:
    kind = ExceptionKind.EXCLUDE if because == "excluded" else ExceptionKind.PIN
    applied = (each for each in count.exceptions if each.kind is kind and each.item == item)
    words = {"decisions": tuple(decision(each) for each in applied)}
    if kind is ExceptionKind.EXCLUDE:
        return Message("Not counted, because it is excluded (%(decisions)s).", words)
    pinned = count.pinned(item)
    if len(pinned) == 1 and count.may_serve(min(pinned), count.items[item]):
        return Message(
            "Not counted, because where it may serve the degree would then lack more (%(decisions)s).", words
        )
    return Message("Not counted, because it may only serve what cannot take it (%(decisions)s).", words)


def moved_lines(
    counts: Mapping[str, Recount], names: Names, reasons: Mapping[str, Mapping[str, Because]]
) -> tuple[MovedLine, ...]:
    """Everything that moved, by degree and item."""
    return tuple(
        MovedLine(
            degree=move.degree,
            item=move.item,
            name=names[move.item],
            says=_moved(count, move),
            because=_cause(count, reasons[move.degree], move),
        )
        for count in counts.values()
        for move in sorted(count.moved(), key=lambda move: move.item)
    )


def _moved(count: Recount, move: Moved) -> Message:
    words = {"origin": _place(count, move.origin), "to": _place(count, move.to)}
    return Message("From “%(origin)s” to “%(to)s”.", words)


def _place(count: Recount, place: str) -> object:
    match place:
        case "free":
            return Message("counted without a requirement")
        case "uncounted":
            return Message("not counted")
        case _:
            return name_of(count.tree[place])


def _cause(count: Recount, reasons: Mapping[str, Because], move: Moved) -> Message:
    """What made it move: its old place takes it no more, a decision, or what the degrees would lack otherwise."""
    if move.origin in count.takes and not count.may_serve(move.origin, count.items[move.item]):
        return Message("“%(node)s” does not take it any more.", {"node": name_of(count.tree[move.origin])})
    if move.to in count.pinned(move.item):
        return Message("A decision says that it serves this.")
    if move.to == UNCOUNTED:
        return _why(count, reasons[move.item], move.item)
    return Message("Left where it was, the degrees would lack more.")
