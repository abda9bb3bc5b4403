"""What does a record hold for a degree, and what does a ``select`` take of it? Read plainly, rule by rule.

The search has a faster reading of its own. Whatever judges the search (``check``), or must not depend on it (reading
a case, explaining, checking a curriculum), uses this one.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from dualdegree.core.audit.facts import Attempt, Case, Grant, Status
from dualdegree.core.audit.rules import AttemptsPolicy, Degree, Origin, Select


class Held(NamedTuple):
    """An item that exists for one degree, with what a ``select`` may ask about it; credits in the degree's unit."""

    id: str
    credits: Decimal
    origin: Origin
    course: str | None
    tags: tuple[str, ...]
    level: Decimal | None
    language: str | None
    grade: Decimal | None
    points: Decimal | None
    ungraded_pass: bool
    rests_on: tuple[Attempt, ...]
    """The attempt that it is, or those that its grant rests on."""


Takes = Callable[[Held], bool]


def held(case: Case, degree: Degree) -> dict[str, Held]:
    """The items that exist for the degree, by id: its standing attempts, then the grants whose attempts all stand."""
    return Holdings(case).items(degree)


class Holdings:
    """What the record of a case holds for each of its degrees."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.policies = {degree.institution: degree.attempts for degree in case.degrees}
        self.attempts = {attempt.id: attempt for attempt in case.record}
        self.rivals: dict[str, dict[str, list[Attempt]]] = {}
        """By institution and course, the eligible attempts, one of which stands."""
        self.repeatable: list[Attempt] = []
        include = frozenset(case.include)
        for attempt in case.record:
            if attempt.status in include:
                if attempt.repeatable:
                    self.repeatable.append(attempt)
                else:
                    courses = self.rivals.setdefault(attempt.institution, {})
                    courses.setdefault(attempt.course, []).append(attempt)

    def items(self, degree: Degree) -> dict[str, Held]:
        """The items of a degree by id."""
        home = degree.institution
        items = {}
        for rivals in self.rivals.get(home, {}).values():
            attempt = rivals[0] if len(rivals) == 1 else _chosen(rivals, degree.attempts)
            items[attempt.id] = _native(attempt)
        for attempt in self.repeatable:
            if attempt.institution == home:
                items[attempt.id] = _native(attempt)
        for recognition in self.case.recognitions:
            if recognition.degree == degree.id:
                rests_on = [self._standing(source, degree) for source in recognition.sources]
                sources = tuple([attempt for attempt in rests_on if attempt is not None])
                if len(sources) == len(rests_on):
                    for grant in recognition.grants:
                        items[grant.id] = _granted(grant, sources)
        return items

    def _standing(self, id_: str, degree: Degree) -> Attempt | None:
        """The attempt that stands for an attempt's institution and course, where one does.

        Attempts elsewhere stand by the policy of the degree there, and by this degree's where no degree is at home.
        """
        attempt = self.attempts[id_]
        if attempt.repeatable:
            return attempt if attempt.status in self.case.include else None
        rivals = self.rivals.get(attempt.institution, {}).get(attempt.course)
        if rivals is None or len(rivals) == 1:
            return rivals[0] if rivals else None
        return _chosen(rivals, self.policies.get(attempt.institution, degree.attempts))


def _chosen(rivals: list[Attempt], policy: AttemptsPolicy) -> Attempt:
    passed = [attempt for attempt in rivals if attempt.status is Status.PASSED]
    # Sorting is stable: first by the last criterion, the smaller id, then by those before it.
    order = sorted(passed or rivals, key=lambda attempt: attempt.id)
    order.sort(key=lambda attempt: attempt.term, reverse=policy is not AttemptsPolicy.FIRST_PASS)
    if policy is AttemptsPolicy.BEST and passed:
        order.sort(key=lambda attempt: Decimal(-1) if attempt.grade is None else attempt.grade, reverse=True)
    return order[0]


def _native(attempt: Attempt) -> Held:
    passed = attempt.status is Status.PASSED
    # By position, which takes a third of the time: id, credits, origin, course, tags, level, language, grade, points,
    # ungraded_pass, rests_on.
    return Held(
        attempt.id,
        attempt.credits,
        Origin.NATIVE,
        attempt.course,
        attempt.tags,
        attempt.level,
        attempt.language,
        attempt.grade if passed else None,
        attempt.points,
        attempt.ungraded_pass or not passed,
        (attempt,),
    )


def _granted(grant: Grant, rests_on: tuple[Attempt, ...]) -> Held:
    return Held(
        grant.id,
        grant.credits,
        Origin.RECOGNISED,
        grant.course,
        grant.tags,
        grant.level,
        grant.language,
        grant.grade,
        grant.points,
        grant.ungraded_pass,
        rests_on,
    )


@lru_cache(maxsize=4096)
def taking(select: Select) -> Takes:
    """Whether an item is selected: every key that is given holds; an item without course or level fails its key."""
    asked = [*_on_words(select), *_on_figures(select), *_on_parts(select)]
    if not asked:
        return lambda _: True
    return asked[0] if len(asked) == 1 else lambda item: all(test(item) for test in asked)


def _on_words(select: Select) -> Iterator[Takes]:
    if select.course:
        yield _course(select.course)
    if select.tag:
        tags = frozenset(select.tag)
        yield lambda item: not tags.isdisjoint(item.tags)
    if select.language:
        yield lambda item: item.language in select.language
    if select.institution:
        yield lambda item: any(sat.institution in select.institution for sat in item.rests_on)
    if select.origin:
        yield lambda item: item.origin in select.origin


def _on_figures(select: Select) -> Iterator[Takes]:
    level, grade = select.level_at_least, select.min_grade
    if level is not None:
        yield lambda item: item.level is not None and item.level >= level
    if grade is not None:
        yield lambda item: item.ungraded_pass if item.grade is None else item.grade >= grade
    if select.graded is not None:
        yield lambda item: (item.grade is None) is not select.graded
    if (size := select.credits_at_least) is not None:
        yield lambda item: item.credits >= size
    if select.term_from is not None or select.term_to is not None:
        yield lambda item: _is_between(item, select.term_from, select.term_to)


def _is_between(item: Held, first: str | None, last: str | None) -> bool:
    """Whether the latest of its terms, if it has any, is between two terms."""
    latest = max(attempt.term for attempt in item.rests_on)
    return bool(latest) and (first is None or first <= latest) and (last is None or latest <= last)


def _on_parts(select: Select) -> Iterator[Takes]:
    if select.any is not None:
        some = [taking(part) for part in select.any]
        yield lambda item: any(test(item) for test in some)
    if select.all is not None:
        each = [taking(part) for part in select.all]
        yield lambda item: all(test(item) for test in each)
    if select.not_ is not None:
        refused = taking(select.not_)
        yield lambda item: not refused(item)


def _course(patterns: tuple[str, ...]) -> Takes:
    globs = [_glob(pattern) for pattern in patterns if "*" in pattern or "?" in pattern]
    return lambda item: (
        item.course is not None and (item.course in patterns or any(glob.fullmatch(item.course) for glob in globs))
    )


def _glob(pattern: str) -> re.Pattern[str]:
    """A pattern for whole course codes, in which ``*`` is any text and ``?`` is any one character."""
    first, *others = (re.escape(piece).replace(r"\?", ".") for piece in pattern.split("*"))
    # Each piece is taken where it first fits and never tried again, so that no pattern takes long.
    middle = "".join(f"(?>.*?{piece})" for piece in others[:-1])
    return re.compile(first + middle + (".*" + others[-1] if others else ""), re.DOTALL)
