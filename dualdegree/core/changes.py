"""What has changed between two states of one student, in sentences that a registrar can check against the register?

A state is the JSON value that a sign-off keeps: ``audit``, the case as the audits read it, and ``transcript``, what the
document prints. One change of the record shows in both; it is told once, by the record.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from dualdegree.core.terms import in_words as term_in_words
from dualdegree.core.text import Message

Json = Any
Object = Mapping[str, Any]

FIELDS = {
    "grade": Message("grade"),
    "credits": Message("credits"),
    "status": Message("status"),
    "term": Message("term"),
    "tags": Message("kind of course"),
    "level": Message("level"),
    "language": Message("language"),
    "ects": Message("ECTS"),
    "title": Message("title"),
    "value": Message("value"),
    "family_name": Message("family name"),
    "given_names": Message("given names"),
    "han_name": Message("Chinese name"),
    "birth_date": Message("birth date"),
    "nationality": Message("nationality"),
    "numbers": Message("student numbers"),
    "award": Message("title of the degree"),
    "curriculum": Message("curriculum version"),
    "admission_term": Message("admission term"),
}
"""What is told by its own name; any other field is told as the transcript's or the rules' own."""

STATUSES = {
    "passed": Message("passed"),
    "failed": Message("failed"),
    "in_progress": Message("in progress"),
    "planned": Message("planned"),
    "withdrawn": Message("withdrawn"),
    "deferred": Message("deferred"),
    "absent": Message("absent"),
}
"""How far an attempt has come, in words."""

PARTS = {
    "agreement": Message("The agreement has changed."),
    "degrees": Message("The rules of a degree have changed."),
    "exceptions": Message("The recorded exceptions have changed."),
    "institutions": Message("What the transcript prints of an institution has changed."),
    "programme": Message("The programme's title has changed."),
    "register_entries": Message("What a register lists as recognised or transferred has changed."),
    "shared": Message("The figure of shared credits has changed."),
    "courses": Message("What the transcript prints of a course has changed."),
    "recognitions": Message("What the transcript prints of a recognition has changed."),
}


def changes(before: Object, after: Object) -> tuple[Message, ...]:
    """Everything that differs, the record first; empty only for equal states."""
    tellings = tuple(changes_of_record(before["audit"], after["audit"]))
    printed = tuple(_in_print(before["transcript"], after["transcript"], record_shown=bool(tellings)))
    if not tellings and not printed and before != after:
        return (Message("What the audits read has changed."),)
    return tellings + printed


def changes_of_record(before: Object, after: Object) -> Iterator[Message]:
    """What differs between two cases as the audits read them: the record first, then the rules."""
    attempts = (_keyed(before.get("record"), _id), _keyed(after.get("record"), _id))
    yield from _items(*attempts, name=_course)
    milestones = (_keyed(before.get("milestones"), _milestone), _keyed(after.get("milestones"), _milestone))
    called = {**_words_of(before), **_words_of(after)}
    yield from _items(*milestones, name=partial(_milestone_name, called))
    recognitions = (_keyed(before.get("recognitions"), _id), _keyed(after.get("recognitions"), _id))
    yield from _items(*recognitions, name=partial(_recognition_name, {**attempts[0], **attempts[1]}, called))
    yield from (PARTS[part] for part in ("agreement", "degrees", "exceptions") if before.get(part) != after.get(part))


def _in_print(before: Object | None, after: Object | None, *, record_shown: bool) -> Iterator[Message]:
    if before is None or after is None:
        yield from (() if before == after else [Message("Whether a joint transcript can be printed has changed.")])
        return
    old, new = before["value"], after["value"]
    holder = Message("The holder")
    yield from _fields(holder, old["holder"], new["holder"])
    degrees = (_keyed(old["degrees"], _id), _keyed(new["degrees"], _id))
    names = {institution["id"]: institution.get("name") for institution in new.get("institutions", ())}
    for key in (key for key in degrees[0] if key in degrees[1]):
        kept = {name: value for name, value in degrees[0][key].items() if name in FIELDS}
        where = degrees[1][key]["institution"]
        name = Message("The degree of %(institution)s", {"institution": names.get(where) or where})
        yield from _fields(name, kept, {field: degrees[1][key][field] for field in kept})
    follow = {"courses", "recognitions", "shared"} if record_shown else set()
    yield from (
        PARTS[part] for part in PARTS if part not in follow and part != "degrees" and old.get(part) != new.get(part)
    )


def _items(before: Mapping[str, Object], after: Mapping[str, Object], *, name: Any) -> Iterator[Message]:
    for key in (*before, *(key for key in after if key not in before)):
        if key not in after:
            yield Message("%(what)s is no longer there.", {"what": name(before[key])})
        elif key not in before:
            yield Message("%(what)s is new.", {"what": name(after[key])})
        else:
            yield from _fields(name(after[key]), before[key], after[key])


def _fields(what: Message, before: Object, after: Object) -> Iterator[Message]:
    for field in dict.fromkeys((*before, *after)):
        old, new = before.get(field), after.get(field)
        if old == new:
            continue
        if field in FIELDS and not isinstance(old or new, Mapping | list):
            words = {"what": what, "field": FIELDS[field], "before": _plain(field, old), "after": _plain(field, new)}
            yield Message("%(what)s: %(field)s was %(before)s and is now %(after)s.", words)
        else:
            yield Message("%(what)s: %(field)s has changed.", {"what": what, "field": FIELDS.get(field, field)})


def _keyed(items: Sequence[Object] | None, key: Any) -> dict[str, Object]:
    return {key(item): item for item in items or ()}


def _id(item: Object) -> str:
    return str(item["id"])


def _milestone(item: Object) -> str:
    return f"{item.get('institution', '')}/{item['milestone']}"


def _course(attempt: Object) -> Message:
    words = {
        "title": attempt.get("title") or {},
        "code": attempt["course"],
        "term": term_in_words(attempt.get("term", "")),
    }
    return Message("%(title)s (%(code)s, %(term)s)", words)


def _words_of(case: Object) -> dict[str, Any]:
    """What the curricula of a case call tags and milestones; nothing where a case names its curricula only."""
    degrees = case.get("degrees")
    rules = degrees if isinstance(degrees, list) else ()
    return {name: words for degree in rules for name, words in (degree.get("words") or {}).items()}


def _milestone_name(called: Object, held: Object) -> Message:
    name = held.get("title") or called.get(held["milestone"]) or held["milestone"]
    return Message("The milestone “%(name)s”", {"name": name})


def _recognition_name(attempts: Mapping[str, Object], called: Object, entry: Object) -> Message:
    """A recognition by what was sat and what it counts as; work that no record holds has no name here."""
    sat = [attempts[source] for source in entry.get("from", ()) if source in attempts]
    names = tuple(attempt.get("title") or attempt["course"] for attempt in sat)
    targets = tuple(_grant_name(called, grant) for grant in entry.get("grants", ()))
    if not names:
        return Message("The recognition as %(targets)s", {"targets": targets})
    return Message("The recognition of %(courses)s as %(targets)s", {"courses": names, "targets": targets})


def _grant_name(called: Object, grant: Object) -> Any:
    tags = [called.get(tag) or tag for tag in grant.get("tags", ())]
    return grant.get("title") or grant.get("course") or next(iter(tags), "–")


def _plain(field: str, value: Json) -> object:
    if value is None or value == "":
        return "–"
    if field == "status":
        return STATUSES.get(value, value)
    return term_in_words(value) if field in {"term", "admission_term"} else str(value)
