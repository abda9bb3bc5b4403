"""What is there to count? The attempts that stand, the grants that exist, and the works behind both."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from dualdegree.core.audit.facts import Attempt, Case, Status
from dualdegree.core.audit.rules import AttemptsPolicy, Degree
from dualdegree.core.credit import worth

WorkKey = tuple[bool, str]
"""Whether the work is named by a ``work`` id (else by its attempt's), and that id."""


class Item(NamedTuple):
    """One whole that a degree may count: a standing attempt of its own, or an existing grant into it."""

    id: str
    native: bool
    credits: Decimal
    course: str | None
    tags: tuple[str, ...]
    level: Decimal | None
    language: str | None
    institutions: tuple[str, ...]
    """Where it was sat; of a grant, wherever an attempt that it rests on was."""
    grade: Decimal | None
    points: Decimal | None
    ungraded_pass: bool
    rests_on: tuple[Attempt, ...]
    """The attempt that it is, or those that it rests on."""


class WorkItem(NamedTuple):
    """One piece of study, perhaps entered in both registers; ``ects`` is the largest of its attempts'."""

    ects: Decimal
    tags: frozenset[str]


class StandingAttempts:
    """Which eligible attempt stands for which course of which institution.

    The policy is that of the degree at the institution; where no degree of the case is at home, that of the degree
    which asks.
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        self._attempts = {attempt.id: attempt for attempt in case.record}
        self._policies = {degree.institution: degree.attempts for degree in case.degrees}
        self._groups: dict[tuple[str, str], list[Attempt]] = {}
        self._repeatable: list[Attempt] = []
        include = frozenset(case.include)
        for attempt in case.record:
            if attempt.status in include:
                if attempt.repeatable:
                    self._repeatable.append(attempt)
                else:
                    self._groups.setdefault((attempt.institution, attempt.course), []).append(attempt)

    def items(self, degree: Degree) -> tuple[Item, ...]:
        """The items of a degree in the order of their ids."""
        where = degree.institution
        items = [
            _native(group[0] if len(group) == 1 else _choice(group, degree.attempts))
            for (institution, _), group in self._groups.items()
            if institution == where
        ]
        items += [_native(attempt) for attempt in self._repeatable if attempt.institution == where]
        for recognition in self._case.recognitions:
            if recognition.degree == degree.id:
                rests_on = [self._for(source, degree) for source in recognition.sources]
                standing = tuple([attempt for attempt in rests_on if attempt is not None])
                if len(standing) == len(rests_on):
                    places = tuple(sorted({attempt.institution for attempt in standing}))
                    items += [
                        Item(
                            grant.id,
                            False,
                            grant.credits,
                            grant.course,
                            grant.tags,
                            grant.level,
                            grant.language,
                            places,
                            grant.grade,
                            grant.points,
                            grant.ungraded_pass,
                            standing,
                        )
                        for grant in recognition.grants
                    ]
        items.sort()
        return tuple(items)

    def _for(self, id_: str, degree: Degree) -> Attempt | None:
        attempt = self._attempts[id_]
        if attempt.repeatable:
            return attempt if attempt.status in self._case.include else None
        group = self._groups.get((attempt.institution, attempt.course))
        if group is None:
            return None
        if len(group) == 1:
            return group[0]
        return _choice(group, self._policies.get(attempt.institution, degree.attempts))


def _choice(group: Sequence[Attempt], policy: AttemptsPolicy) -> Attempt:
    # Passed goes before not yet passed whatever the policy; a tie goes to the later term, then to the smaller id.
    passed = [attempt for attempt in group if attempt.status is Status.PASSED]
    pool = sorted(passed or group, key=lambda attempt: attempt.id)
    match policy:
        case AttemptsPolicy.BEST:
            graded = [attempt.grade for attempt in pool if passed and attempt.grade is not None]
            ties = [attempt for attempt in pool if attempt.grade == max(graded)] if graded else pool
            return max(ties, key=lambda attempt: attempt.term)
        case AttemptsPolicy.LATEST:
            return max(pool, key=lambda attempt: attempt.term)
        case AttemptsPolicy.FIRST_PASS:
            return min(pool, key=lambda attempt: attempt.term)


def _native(attempt: Attempt) -> Item:
    passed = attempt.status is Status.PASSED
    return Item(
        attempt.id,
        True,
        attempt.credits,
        attempt.course,
        attempt.tags,
        attempt.level,
        attempt.language,
        (attempt.institution,),
        attempt.grade if passed else None,
        attempt.points,
        attempt.ungraded_pass or not passed,
        (attempt,),
    )


def term_of(item: Item) -> str:
    """The term of an item, of a grant the latest of the attempts that it rests on; empty where none has a term."""
    return max(attempt.term for attempt in item.rests_on)


def work_of(attempt: Attempt) -> WorkKey:
    """The work that an attempt belongs to."""
    return (False, attempt.id) if attempt.work is None else (True, attempt.work)


def works_of(case: Case, keys: Iterable[WorkKey]) -> Mapping[WorkKey, WorkItem]:
    """The works of those keys. Every attempt of the record that bears the ``work`` id belongs to it, passed or not."""
    ratios = {degree.institution: degree.ects_per_credit for degree in case.degrees}
    attempts: dict[WorkKey, list[Attempt]] = {key: [] for key in keys}
    for attempt in case.record:
        if (key := work_of(attempt)) in attempts:
            attempts[key].append(attempt)
    return {
        key: WorkItem(
            max([_ects(attempt, ratios.get(attempt.institution, Decimal(1))) for attempt in own]),
            frozenset([tag for attempt in own for tag in attempt.tags]),
        )
        for key, own in attempts.items()
    }


def _ects(attempt: Attempt, per_credit: Decimal) -> Decimal:
    return worth(attempt.credits, attempt.ects, per_credit)
