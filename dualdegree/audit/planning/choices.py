"""What is changed in a what-if, and what else could be? Both in words, as its forms show them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dualdegree.audit.dossiers import Dossier
from dualdegree.audit.planning.changes import Added, Changes
from dualdegree.audit.planning.what_if import Tried
from dualdegree.audit.planning.what_if_recognitions import TAKEN, grantable
from dualdegree.core.audit.explain.words import item_name
from dualdegree.core.audit.facts import Attempt
from dualdegree.core.curricula.equivalence import Entry
from dualdegree.core.terms import in_words as term_in_words
from dualdegree.core.text import Message, Text
from dualdegree.programmes.curricula.reading import routes_in_words
from dualdegree.programmes.models import CurriculumVersion
from dualdegree.programmes.texts import curriculum_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOption:
    """One thing to choose, or one that was chosen: what the address carries for it, and in words."""

    name: str
    value: str
    says: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One kind of change with what can still be chosen."""

    name: str
    label: Message
    options: tuple[ChangeOption, ...]


LABELS: Mapping[str, Message] = {
    "add": Message("Add a course"),
    "drop": Message("Drop a course of the record"),
    "version": Message("Be judged by another curriculum"),
    "grant": Message("Grant a recognition that waits"),
    "refuse": Message("Refuse a recognition"),
    "request": Message("Try a request as granted"),
}
"""Each kind of change, in the order of the page."""
CHANGED: Mapping[str, Message] = {
    "add": Message("Added: %(what)s"),
    "drop": Message("Dropped: %(what)s"),
    "version": Message("Judged by: %(what)s"),
    "grant": Message("Recognition granted: %(what)s"),
    "refuse": Message("Recognition refused: %(what)s"),
    "request": Message("Request granted: %(what)s"),
}


class Telling:
    """One student's what-if in words. ``names`` is what the institutions are called."""

    def __init__(self, as_is: Dossier, tried: Tried, changes: Changes, names: Mapping[str, Text]) -> None:
        self._as_is, self._tried, self._changes, self._names = as_is, tried, changes, names
        self._courses = {
            (side.curriculum.institution, code): course.title
            for side in (*as_is.sides, *tried.dossier.sides)
            for code, course in side.curriculum.courses.items()
        }
        self._entries = {entry.id: entry for entry in as_is.entries}

    def choices(self) -> tuple[Choice, ...]:
        """What else could be changed, without the kinds that have nothing left to choose."""
        options = list(self._open())
        every = (
            Choice(name=name, label=label, options=tuple(option for option in options if option.name == name))
            for name, label in LABELS.items()
        )
        return tuple(choice for choice in every if choice.options)

    def changes(self) -> tuple[ChangeOption, ...]:
        """The changes one by one, also those that cannot be any more."""
        return tuple(
            replace(option, says=replace(CHANGED[option.name], params={"what": option.says}))
            for option in self._chosen()
        )

    def _open(self) -> Iterator[ChangeOption]:
        for added in self._tried.offers:
            yield self._add(added)
        for row in self._as_is.case.record:
            if row.status in TAKEN and row.id not in self._changes.drop:
                yield self._drop(row.id, row)
        tried = {version.institution_id for version in self._tried.versions if version.id in self._changes.versions}
        for version in self._tried.versions:
            if version.institution_id not in tried:
                yield self._version(version.id, version)
        for awaited, _ in grantable(self._tried.dossier):
            yield self._entry("grant", awaited.pending.entry.id)
        for given in self._tried.dossier.recognised.given:
            if given.entry.id not in self._changes.grant:
                yield self._entry("refuse", given.entry.id)
        for recognition in self._tried.expected.pending:
            if recognition.key not in self._changes.request:
                yield self._request(recognition.key)

    def _chosen(self) -> Iterator[ChangeOption]:
        record = {row.id: row for row in self._as_is.case.record}
        versions = {version.id: version for version in self._tried.versions}
        yield from (self._add(added) for added in self._changes.add)
        yield from (self._drop(attempt, record.get(attempt)) for attempt in self._changes.drop)
        yield from (self._version(number, versions.get(number)) for number in self._changes.versions)
        yield from (self._entry("grant", entry) for entry in self._changes.grant)
        yield from (self._entry("refuse", entry) for entry in self._changes.refuse)
        yield from (self._request(key) for key in self._changes.request)

    def _add(self, added: Added) -> ChangeOption:
        words = {"course": self._called(added.institution, added.course), "institution": self._at(added.institution)}
        in_term = Message("%(course)s, %(institution)s, %(term)s", {**words, "term": term_in_words(added.term)})
        says = in_term if added.term else Message("%(course)s, %(institution)s, any term", words)
        return ChangeOption(name="add", value=str(added), says=says)

    def _drop(self, value: str, row: Attempt | None) -> ChangeOption:
        if row is None:
            return ChangeOption(name="drop", value=value, says=_plainly(value))
        words = {"course": item_name(row), "institution": self._at(row.institution), "term": term_in_words(row.term)}
        return ChangeOption(name="drop", value=value, says=Message("%(course)s, %(institution)s, %(term)s", words))

    def _version(self, value: int, version: CurriculumVersion | None) -> ChangeOption:
        if version is None:
            return ChangeOption(name="version", value=str(value), says=_plainly(str(value)))
        words = {
            "title": curriculum_of(version).title,
            "institution": self._at(version.institution_id),
            "version": version.version,
            "routes": routes_in_words(version.routes),
        }
        says = Message("%(title)s, %(institution)s, version %(version)s, %(routes)s", words)
        return ChangeOption(name="version", value=str(value), says=says)

    def _entry(self, name: str, value: str) -> ChangeOption:
        return self._said(name, value, self._entries.get(value))

    def _request(self, key: str) -> ChangeOption:
        """A request by its courses, as it would be recognised."""
        recognition = next((r for r in self._tried.expected.pending if r.key == key), None)
        record = {row.id: row for row in (*self._as_is.case.record, *(recognition.attempts() if recognition else ()))}
        is_whole = recognition is not None and set(recognition.as_core().sources) <= record.keys()
        return self._said("request", key, recognition.as_entry(record) if recognition and is_whole else None)

    def _said(self, name: str, value: str, entry: Entry | None) -> ChangeOption:
        if entry is None:
            return ChangeOption(name=name, value=value, says=_plainly(value))
        words = {
            "sources": tuple(self._called(entry.institution, code) for code in entry.source_courses),
            "institution": self._at(entry.target_institution),
            "targets": tuple(self._targets(entry)),
        }
        return ChangeOption(
            name=name, value=value, says=Message("%(sources)s at %(institution)s as %(targets)s", words)
        )

    def _targets(self, entry: Entry) -> Iterable[Message | Text]:
        for target in entry.targets:
            yield self._called(entry.target_institution, target.code) if target.code else target.title

    def _called(self, institution: str, code: str) -> Message:
        title = self._courses.get((institution, code))
        return Message("%(title)s (%(code)s)", {"title": title, "code": code}) if title else _plainly(code)

    def _at(self, institution: str) -> Text | str:
        return self._names.get(institution, institution)


def _plainly(value: str) -> Message:
    """What cannot be looked up any more, as the address carries it."""
    return Message("%(code)s", {"code": value})
