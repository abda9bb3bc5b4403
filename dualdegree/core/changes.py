"""What has changed between two states of one student, in sentences that a registrar can check against the register?

A state is the JSON value that a sign-off keeps: ``audit``, the case as the audits read it, and ``transcript``, what the
document prints. One change of the record shows in both; it is told once, by the record.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from dualdegree.core.terms import in_words as term_in_words
from dualdegree.core.text import Country, Language, Message, Text

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
    "grants": Message("what is granted"),
    "from": Message("the courses that it rests on"),
    "outside": Message("the work elsewhere that it rests on"),
    "course": Message("course"),
    "mention": Message("distinction"),
    "kind": Message("kind"),
    "degree": Message("degree"),
    "institution": Message("university"),
    "awarded_on": Message("day of the award"),
}
"""What is told by its own name; any other field is told as the transcript's or the rules' own."""
STATUSES = {
    "passed": Message("passed"),
    "failed": Message("failed"),
    "in_progress": Message("in progress"),
    "planned": Message("planned"),
    "withdrawn": Message("withdrawn"),
    "deferred": Message("examination deferred"),
    "absent": Message("absent from the examination"),
}
OF_A_SIDE = Message("a detail that this list has no word for")

PARTS = {
    "agreement": Message("The agreement has changed."),
    "degrees": Message("The rules of a degree have changed."),
    "exceptions": Message("The recorded exceptions have changed."),
    "conferred": Message("A degree was conferred, or taken back; what counts in it is fixed, or free again."),
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
    words = {**_milestones_called(before), **_milestones_called(after)}
    milestones = (_keyed(before.get("milestones"), _milestone), _keyed(after.get("milestones"), _milestone))
    yield from _items(*milestones, name=lambda held: _milestone_in_words(held, words))
    courses = {
        _id(attempt): attempt.get("title") or attempt["course"]
        for case in (before, after)
        for attempt in case.get("record") or ()
    }
    recognitions = (_keyed(before.get("recognitions"), _id), _keyed(after.get("recognitions"), _id))
    yield from _items(*recognitions, name=lambda entry: _recognition(entry, courses, words))
    yield from (
        PARTS[part]
        for part in ("agreement", "degrees", "exceptions", "conferred")
        if before.get(part) != after.get(part)
    )


def _in_print(before: Object | None, after: Object | None, *, record_shown: bool) -> Iterator[Message]:
    if before is None or after is None:
        yield from (() if before == after else [Message("Whether a joint transcript can be printed has changed.")])
        return
    old, new = before["value"], after["value"]
    holder = Message("The holder")
    yield from _fields(holder, old["holder"], new["holder"])
    degrees = (_keyed(old["degrees"], _id), _keyed(new["degrees"], _id))
    called = {institution["id"]: institution.get("name") for institution in new.get("institutions", ())}
    for key in (key for key in degrees[0] if key in degrees[1]):
        kept = {name: value for name, value in degrees[0][key].items() if name in FIELDS}
        where = degrees[1][key]["institution"]
        name = Message("The degree of %(institution)s", {"institution": called.get(where) or where})
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
            yield Message("%(what)s: %(field)s has changed.", {"what": what, "field": FIELDS.get(field, OF_A_SIDE)})


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


def _milestones_called(case: Object) -> dict[tuple[str, str], Text]:
    """What the rules call their milestones, by institution, where the case holds the rules."""
    degrees = case.get("degrees")
    return {
        (degree["institution"], name): words
        for degree in (degrees if isinstance(degrees, list) else ())
        for name, words in (degree.get("words") or {}).items()
    }


def _milestone_in_words(held: Object, words: Mapping[tuple[str, str], Text]) -> Message:
    title = held.get("title") or words.get((held.get("institution", ""), held["milestone"]))
    return Message("The milestone %(name)s", {"name": title or held["milestone"]})


def _recognition(entry: Object, courses: Mapping[str, Text | str], words: Mapping[tuple[str, str], Text]) -> Message:
    """A recognition by what it rests on and what it gives."""
    works: list[object] = [courses.get(source, source) for source in entry.get("from") or ()]
    works += [work["title"] for work in entry.get("outside") or ()]
    tags = {name: title for (_institution, name), title in words.items()}
    grants = [_grant(grant, tags) for grant in entry.get("grants") or ()]
    if not works or not grants:
        return Message("The recognition of %(courses)s", {"courses": tuple(works or grants or ["–"])})
    named = {"courses": tuple(works), "grants": tuple(grants)}
    return Message("The recognition of %(courses)s as %(grants)s", named)


def _grant(grant: Object, tags: Mapping[str, Text]) -> object:
    """What is granted: a course, or credits of a group by the name of the group."""
    named = next((tags[tag] for tag in grant.get("tags") or () if tag in tags), None)
    return grant.get("title") or grant.get("course") or named or "–"


def _plain(field: str, value: Json) -> object:
    """A value as it is said: no codes, no days as machines write them."""
    if value in (None, ""):
        return "–"
    match field:
        case "status":
            return STATUSES.get(value, value)
        case "term" | "admission_term":
            return term_in_words(value)
        case "nationality":
            return Country(value)
        case "language":
            return Language(value)
        case "birth_date" | "awarded_on":
            return dt.date.fromisoformat(value)
        case "credits" | "ects" | "level" | "value" | "grade":
            return _figure(value)
        case _:
            return str(value)


def _figure(value: Json) -> object:
    try:
        return Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        return str(value)
