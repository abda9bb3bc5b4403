"""What would somebody change for a student? A value that an address can carry and a plan can keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dualdegree.core.refusal import Refusal


@dataclass(frozen=True, slots=True, order=True)
class Added:
    """A course to take; ``term`` is empty where the institution offers no terms."""

    term: str
    institution: str
    course: str

    def __str__(self) -> str:
        """As an address carries it."""
        return f"{self.institution}:{self.term}:{self.course}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Courses to add, attempts to drop, curriculum versions to be judged by, recognitions granted and refused."""

    add: tuple[Added, ...] = ()
    drop: tuple[str, ...] = ()
    """What registers call the attempts."""
    versions: tuple[int, ...] = ()
    grant: tuple[str, ...] = ()
    """Ids of entries of the equivalence table, as in ``refuse``."""
    refuse: tuple[str, ...] = ()
    request: tuple[str, ...] = ()
    """What audits call the requests that are tried as granted."""

    def __bool__(self) -> bool:
        """Whether anything is changed."""
        return bool(self.add or self.drop or self.versions or self.grant or self.refuse or self.request)

    def values(self) -> dict[str, list[str]]:
        """As an address and a saved plan carry it; what is empty is left out."""
        values = {
            "add": [str(added) for added in self.add],
            "drop": list(self.drop),
            "version": [str(version) for version in self.versions],
            "grant": list(self.grant),
            "refuse": list(self.refuse),
            "request": list(self.request),
        }
        return {name: value for name, value in values.items() if value}

    def without(self, name: str, value: str) -> "Changes":
        """The same with one change taken back."""
        values = self.values()
        return changes_of({**values, name: [kept for kept in values.get(name, ()) if kept != value]})

    def adding(self, more: Sequence[Added]) -> "Changes":
        """The same with more courses."""
        return replace(self, add=tuple(sorted({*self.add, *more})))


def changes_of(values: Mapping[str, Any]) -> Changes:
    """The changes that ``values`` carries. Raises ``Refusal`` for what ``Changes.values`` never wrote."""
    return Changes(
        add=tuple(sorted({_added(text) for text in values.get("add", ()) if text})),
        drop=_each(values, "drop"),
        versions=tuple(_number(text) for text in _each(values, "version")),
        grant=_each(values, "grant"),
        refuse=_each(values, "refuse"),
        request=_each(values, "request"),
    )


def _each(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in values.get(name, ()) if text))


def _added(text: str) -> Added:
    institution, _, rest = text.partition(":")
    term, colon, course = rest.partition(":")
    if not (institution and colon and course):
        raise Refusal('"%(text)s" names no course; choose one from the list.', {"text": text[:80]})
    return Added(term, institution, course)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Refusal('"%(text)s" is no curriculum version; choose one from the list.', {"text": text[:80]})
    return int(text)
