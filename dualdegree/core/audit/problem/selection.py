"""Which rules select an item? All selects of a degree compiled together, and asked of every item at once.

A set of selects is a whole number: bit n stands for the n-th. For every word that selects name, a table says which of
them would take it; an item passes those that take it by every key. Only figures, patterns and nested selects are tried
one by one, and only where the words agree.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from dualdegree.core.audit.problem.items import Item, term_of
from dualdegree.core.audit.rules import Origin, Select

Test = Callable[[Item], bool]
Bits = int
REMEMBERED = 20_000
"""How many kinds of item one index remembers; beyond, it starts afresh."""


class Index:
    """All selects of one degree."""

    def __init__(self, selects: Sequence[Select]) -> None:
        self.all = (1 << len(selects)) - 1
        self._courses = _Table((select.course for select in selects), is_pattern=_is_pattern)
        self._tags = _Table(select.tag for select in selects)
        self._languages = _Table(select.language for select in selects)
        self._institutions = _Table(select.institution for select in selects)
        self._origins = _Table([origin.value for origin in select.origin] for select in selects)
        self._tests = [(1 << number, test) for number, select in enumerate(selects) if (test := _beyond_words(select))]
        self._asks_grade = any(map(_asks_grade, selects))
        self._asks_term_or_size = any(map(_asks_term_or_size, selects))
        self._known: dict[object, Bits] = {}

    def selecting(self, item: Item) -> Bits:
        """The selects that take the item."""
        # Of an item only these matter: native, course, tags, level, language, institutions; grades, term and credits
        # where any select asks for them.
        kind = (item[1], *item[3:8], item.grade, item.ungraded_pass) if self._asks_grade else (item[1], *item[3:8])
        if self._asks_term_or_size:
            kind = (*kind, term_of(item), item.credits)
        bits = self._known.get(kind)
        if bits is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            bits = self._known[kind] = self.select(item)
        return bits

    def select(self, item: Item) -> Bits:
        """The same, without remembering."""
        bits = self.all
        bits &= self._courses.taking(() if item.course is None else (item.course,))
        bits &= self._tags.taking(item.tags)
        bits &= self._languages.taking(() if item.language is None else (item.language,))
        bits &= self._institutions.taking(item.institutions)
        bits &= self._origins.taking((Origin.NATIVE.value if item.native else Origin.RECOGNISED.value,))
        for bit, test in self._tests:
            if bits & bit and not test(item):
                bits ^= bit
        return bits


class _Table:
    """For one key, which selects take a word; those without the key take all."""

    def __init__(self, words: Iterable[Sequence[str]], is_pattern: Callable[[str], bool] = lambda _: False) -> None:
        self._without: Bits = 0
        self._by_word: dict[str, Bits] = {}
        self._patterns: list[tuple[re.Pattern[str], Bits]] = []
        for number, own in enumerate(words):
            if not own:
                self._without |= 1 << number
            for word in own:
                if is_pattern(word):
                    self._patterns.append((_pattern(word), 1 << number))
                else:
                    self._by_word[word] = self._by_word.get(word, 0) | 1 << number

    def taking(self, words: Sequence[str]) -> Bits:
        """The selects that take any of the words."""
        bits = self._without
        for word in words:
            bits |= self._by_word.get(word, 0)
            for pattern, bit in self._patterns:
                if not bits & bit and pattern.fullmatch(word):
                    bits |= bit
        return bits


def _beyond_words(select: Select) -> Test | None:
    """What an item must pass besides the words: figures and nested selects."""
    tests: list[Test] = []
    if (level := select.level_at_least) is not None:
        tests.append(lambda item: item.level is not None and item.level >= level)
    if (grade := select.min_grade) is not None:
        tests.append(lambda item: item.ungraded_pass if item.grade is None else item.grade >= grade)
    if (graded := select.graded) is not None:
        tests.append(lambda item: (item.grade is not None) is graded)
    if (first := select.term_from) is not None:
        tests.append(lambda item: (term := term_of(item)) != "" and term >= first)
    if (last := select.term_to) is not None:
        tests.append(lambda item: (term := term_of(item)) != "" and term <= last)
    if (size := select.credits_at_least) is not None:
        tests.append(lambda item: item.credits >= size)
    if select.any is not None:
        some = Index(select.any)
        tests.append(lambda item: some.select(item) != 0)
    if select.all is not None:
        each = Index(select.all)
        tests.append(lambda item: each.select(item) == each.all)
    if select.not_ is not None:
        refused = Index([select.not_])
        tests.append(lambda item: refused.select(item) == 0)
    if len(tests) > 1:
        return lambda item: all(test(item) for test in tests)
    return tests[0] if tests else None


def _asks_grade(select: Select) -> bool:
    return select.min_grade is not None or select.graded is not None or any(map(_asks_grade, _nested(select)))


def _asks_term_or_size(select: Select) -> bool:
    asked = (select.term_from, select.term_to, select.credits_at_least)
    return any(value is not None for value in asked) or any(map(_asks_term_or_size, _nested(select)))


def _nested(select: Select) -> list[Select]:
    return [*(select.any or ()), *(select.all or ()), *([select.not_] if select.not_ else [])]


def _is_pattern(word: str) -> bool:
    return "*" in word or "?" in word


@lru_cache(maxsize=4096)
def _pattern(glob: str) -> re.Pattern[str]:
    """``*`` is any text and ``?`` any one character.

    What stands between two stars is matched where it first fits and never tried elsewhere, so no pattern takes long.
    """
    first, *others = (re.escape(piece).replace(r"\?", ".") for piece in glob.split("*"))
    middle = "".join(f"(?>.*?{piece})" for piece in others[:-1])
    return re.compile(first + middle + (".*" + others[-1] if others else ""), re.DOTALL)
