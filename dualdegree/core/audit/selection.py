"""Which items does a ``select`` mean? Each is compiled once into a test, and asked of every item."""

import re
from collections.abc import Callable
from functools import lru_cache

from dualdegree.core.audit.items import Item
from dualdegree.core.audit.rules import Origin, Select

Test = Callable[[Item], bool]


def compiled(select: Select) -> Test:
    """The test that an item must pass to be selected: every key that is given holds."""
    tests = [*_on_words(select), *_on_figures(select), *_on_others(select)]
    if not tests:
        return lambda _: True
    if len(tests) == 1:
        return tests[0]
    return lambda item: all(test(item) for test in tests)


def _on_words(select: Select) -> list[Test]:
    tests: list[Test] = []
    if select.course:
        tests.append(_course(select.course))
    if select.tag:
        tags = frozenset(select.tag)
        tests.append(lambda item: not tags.isdisjoint(item.tags))
    if select.language:
        languages = frozenset(select.language)
        tests.append(lambda item: item.language in languages)
    if select.institution:
        institutions = frozenset(select.institution)
        tests.append(lambda item: not institutions.isdisjoint(item.institutions))
    if select.origin:
        origins = frozenset(origin is Origin.NATIVE for origin in select.origin)
        tests.append(lambda item: item.native in origins)
    return tests


def _on_figures(select: Select) -> list[Test]:
    tests: list[Test] = []
    if (level := select.level_at_least) is not None:
        tests.append(lambda item: item.level is not None and item.level >= level)
    if (grade := select.min_grade) is not None:
        tests.append(lambda item: item.ungraded_pass if item.grade is None else item.grade >= grade)
    return tests


def _on_others(select: Select) -> list[Test]:
    tests: list[Test] = []
    if select.any is not None:
        alternatives = [compiled(part) for part in select.any]
        tests.append(lambda item: any(test(item) for test in alternatives))
    if select.all is not None:
        tests.extend(compiled(part) for part in select.all)
    if select.not_ is not None:
        refused = compiled(select.not_)
        tests.append(lambda item: not refused(item))
    return tests


def _course(patterns: tuple[str, ...]) -> Test:
    exact = frozenset(pattern for pattern in patterns if not _is_glob(pattern))
    globs = [_glob(pattern) for pattern in patterns if _is_glob(pattern)]
    return lambda item: (
        item.course is not None
        and (item.course in exact or any(glob.fullmatch(item.course) is not None for glob in globs))
    )


def _is_glob(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


@lru_cache(maxsize=4096)
def _glob(pattern: str) -> re.Pattern[str]:
    # Runs of stars are one star, or matching could take exponential time.
    plain = re.sub(r"\*+", "*", pattern)
    return re.compile("".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in plain), re.DOTALL)
