"""Is an answer true? Each figure recomputed from its claims and the case, by plain code that the search does not share.

Three figures are taken on trust, because claims do not certify them: ``met_alone``, ``proven`` and ``blocking``. Of the
first it is checked that it fits the verdict; of the last that it is there when a degree is not met, and that it names
rules that could block; and of an answer that calls itself proven, that nothing is left out without need.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, localcontext
from typing import TypeVar

from dualdegree.core.audit.answer import Answer, Blocking, DegreeAnswer, Outcome, Shared
from dualdegree.core.audit.check.holdings import Held, Holdings
from dualdegree.core.audit.check.recount import NOTHING, Mismatch, Recount
from dualdegree.core.audit.facts import UNCOUNTED, Attempt, Case
from dualdegree.core.audit.rules import All, Origin, Requirement
from dualdegree.core.credit import figure

__all__ = ["Mismatch", "check"]

EXACT = Context(prec=100, traps=[Inexact, InvalidOperation, DivisionByZero])
"""Sums and products of the figures that a case may hold are exact here; one that was not would raise."""

NO_CONFLICT = "that nothing blocks", "that a rule blocks"
Named = TypeVar("Named", bound=Hashable)
Work = tuple[str, str]
"""A work by its ``work`` id, or by its only attempt's."""


def check(case: Case, answer: Answer) -> None:
    """Raise ``Mismatch``, which names the first figure that the claims do not bear out; else do nothing."""
    with localcontext(EXACT):
        _compare("degrees", set(answer.degrees), {degree.id for degree in case.degrees})
        holdings = Holdings(case)
        counts = [Recount(case, degree, answer.degrees[degree.id].claims, holdings) for degree in case.degrees]
        shared = _Sharing(case, counts)
        for count in counts:
            said = answer.degrees[count.degree.id]
            _compare(f"degrees.{count.degree.id}", said, count.answer(shared.no_room(count), met_alone=said.met_alone))
            _refuse_alone(count, said, degrees=len(counts))
            if answer.proven:
                _refuse_needless(count, said)
        _compare("shared", answer.shared, shared.answer())
        _compare("joint_shortfall_ects", answer.joint_shortfall_ects, sum(count.shortfall for count in counts))
        _compare("moved", _once("moved", answer.moved), {move for count in counts for move in count.moved()})
        _compare("idle_exceptions", _once("idle_exceptions", answer.idle_exceptions), _idle(case, counts))
        is_met = all(count.shortfall == 0 for count in counts)
        if is_met is not (answer.blocking is None):
            raise Mismatch("blocking", *(NO_CONFLICT if answer.blocking is None else reversed(NO_CONFLICT)))
        if answer.blocking is not None:
            _refuse_unknown(case, counts, answer.blocking)


class _Sharing:
    """The works that are counted in both degrees. Raises ``Mismatch`` when they exceed what may be shared."""

    def __init__(self, case: Case, counts: list[Recount]) -> None:
        self.limit = case.shared_credits
        self.ratios = {degree.institution: degree.ects_per_credit for degree in case.degrees}
        self.attempts: dict[Work, list[Attempt]] = {}
        for attempt in case.record:
            self.attempts.setdefault(_work(attempt), []).append(attempt)
        self.native = {count.degree.id: _works(count.counted, native=True) for count in counts}
        self.counted = {count.degree.id: _works(count.counted) for count in counts}
        self.shared: set[Work] = set()
        if len(counts) == 2:
            first, other = self.counted
            # Counted natively in one degree, and in the other natively or through a grant.
            self.shared = (self.native[first] & self.counted[other]) | (self.native[other] & self.counted[first])
        excess = self.limit is not None and self._ects(self.shared) > self.limit.at_most
        if excess and not all(count.conferred is not None for count in counts):
            raise Mismatch("shared.ects", f"at most {self.limit and self.limit.at_most}", self._ects(self.shared))

    def _is_exempt(self, work: Work) -> bool:
        exempt = self.limit.exempt_tags if self.limit else ()
        return any(tag in exempt for attempt in self.attempts[work] for tag in attempt.tags)

    def _ects(self, works: set[Work]) -> Decimal:
        return sum((max(map(self._worth, self.attempts[work])) for work in works if not self._is_exempt(work)), NOTHING)

    def _worth(self, attempt: Attempt) -> Decimal:
        if attempt.ects is not None:
            return attempt.ects
        return attempt.credits * self.ratios.get(attempt.institution, Decimal(1))

    def no_room(self, count: Recount) -> set[str]:
        """The uncounted items of one degree that, counted as well, would exceed what may be shared."""
        crowded_out: set[str] = set()
        if self.limit is None:
            return crowded_out
        for item in count.items.values():
            if item.id in count.claims:
                continue
            partners = self.counted if item.origin is Origin.NATIVE else self.native
            elsewhere = [works for degree, works in partners.items() if degree != count.degree.id]
            more = _works([item]).intersection(*elsewhere) - self.shared if elsewhere else set()
            if more and self._ects(self.shared | more) > self.limit.at_most:
                crowded_out.add(item.id)
        return crowded_out

    def answer(self) -> Shared:
        """What the answer has to say of them."""
        return Shared(
            ects=self._ects(self.shared),
            at_most=self.limit.at_most if self.limit else None,
            works=tuple(sorted(work[1] for work in self.shared if not self._is_exempt(work))),
            exempt=tuple(sorted(work[1] for work in self.shared if self._is_exempt(work))),
        )


def _work(attempt: Attempt) -> Work:
    return ("work", attempt.work) if attempt.work is not None else ("attempt", attempt.id)


def _works(items: list[Held], *, native: bool = False) -> set[Work]:
    return {_work(attempt) for item in items if not native or item.origin is Origin.NATIVE for attempt in item.rests_on}


def _idle(case: Case, counts: list[Recount]) -> set[int]:
    items = {count.degree.id: count.items for count in counts}
    named = [(at, exception.degree, exception.item) for at, exception in enumerate(case.exceptions)]
    return {at for at, degree, item in named if item is not None and item not in items[degree]}


def _refuse_alone(count: Recount, said: DegreeAnswer, *, degrees: int) -> None:
    """Raise ``Mismatch`` where the verdict alone contradicts the one together: what is met together is met alone."""
    if said.met_alone is not said.met and (said.met or degrees == 1):
        raise Mismatch(f"degrees.{count.degree.id}.met_alone", _shown(said.met_alone), _shown(said.met))


def _refuse_needless(count: Recount, said: DegreeAnswer) -> None:
    """Raise ``Mismatch`` for an item that stays out as before, though it was not out before: counting it is better."""
    before = count.case.previous.get(count.degree.id, {})
    for item, reason in said.not_counted.items():
        if reason.because == "previous" and before.get(item) != UNCOUNTED and count.items[item].credits:
            place = f"degrees.{count.degree.id}.not_counted.{item}"
            raise Mismatch(place, "that it was left out before", "that it was not, and that no rule keeps it out")


def _once(what: str, listed: Sequence[Named]) -> set[Named]:
    """The values of a list that names each of them once."""
    if len(set(listed)) < len(listed):
        raise Mismatch(what, "one of them twice", "each of them once")
    return set(listed)


def _refuse_unknown(case: Case, counts: list[Recount], said: Blocking) -> None:
    """Raise ``Mismatch`` for a conflict without members, or with one that is no maximal node or limit in force."""
    members = {(count.degree.id, node) for count in counts for node in _maximal(count.degree.requirements, count)}
    limits = {
        (count.degree.id, f"{count.degree.id}/{limit.id}")
        for count in counts
        if count.conferred is None
        for limit in count.degree.limits
    }
    named = _once("blocking", [(degree, node) for degree, nodes in said.nodes.items() for node in nodes])
    bounds = _once("blocking", [(limit.split("/", 1)[0], limit) for limit in said.limits])
    unknown = sorted((named - members) | (bounds - limits))
    if unknown:
        raise Mismatch("blocking", unknown[0][1], f"that {unknown[0][0]} has no such member")
    if said.shared_credits and case.shared_credits is None:
        raise Mismatch("blocking", "shared_credits", "that nothing limits what is shared")
    if not (named or bounds or said.shared_credits):
        raise Mismatch("blocking", "no member", "that a conflict has at least one")


def _maximal(node: Requirement, count: Recount) -> Iterator[str]:
    """The ids of the nodes other than ``all`` that are not waived, and below no other such node."""
    if node.id in count.waived:
        return
    if isinstance(node, All):
        for part in node.parts:
            yield from _maximal(part, count)
    else:
        yield node.id


def _compare(what: str, said: object, recounted: object) -> None:
    """Raise ``Mismatch`` for the first difference, wherever it is; the order of names in a list is no difference."""
    if said == recounted:
        return
    if isinstance(said, Mapping) and isinstance(recounted, Mapping) and set(said) == set(recounted):
        for key in said:
            _compare(f"{what}.{key}", said[key], recounted[key])
    elif (names := _names(said)) and type(said) is type(recounted):
        for name in names:
            _compare(f"{what}.{name}", getattr(said, name), getattr(recounted, name))
    elif not (isinstance(said, tuple) and isinstance(recounted, tuple) and sorted(said) == sorted(recounted)):
        raise Mismatch(what, _shown(said), _shown(recounted))


def _names(value: object) -> Sequence[str]:
    """The names of the figures in a part of an answer; none where it is a figure itself."""
    if isinstance(value, Outcome):
        return value._fields
    return [field.name for field in fields(value)] if is_dataclass(value) else ()


def _shown(value: object) -> str:
    if isinstance(value, tuple | set | Mapping):
        return f"{len(value)} ({', '.join(sorted(str(part) for part in value))})"
    if isinstance(value, bool):
        return str(value).lower()
    return figure(value) if isinstance(value, Decimal) else str(value)
