"""What did an act change? What the history keeps by keys and codes, told as an office says it: who, what, from, to."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dualdegree.audit.exceptions.forms import KINDS as EXCEPTIONS
from dualdegree.audit.service import NAMES as AUDITS
from dualdegree.core.acts import Act
from dualdegree.core.approval import State
from dualdegree.core.policy import Role
from dualdegree.core.recognition.kinds import REASONS
from dualdegree.core.text import Message
from dualdegree.desk.naming import Names
from dualdegree.records.fields import FIELDS, TITLE, thing_in_words, value_in_words, version_in_words

Json = Any
Facts = Mapping[str, Json]

LISTS = frozenset({
    Act.ROSTER_IMPORTED, Act.GRADES_IMPORTED, Act.MILESTONES_IMPORTED, Act.OFFERS_IMPORTED,
    Act.SHARED_STUDENTS_CHANGED, Act.LINKS_PROPOSED, Act.LINK_CONFIRMED, Act.LINK_REFUSED, Act.LINK_UNDONE,
    Act.EQUIVALENCES_OF_STUDENTS_CHANGED, Act.IMPORT_TAKEN_BACK, Act.OFFERS_TAKEN_BACK,
})  # fmt: skip
"""The acts that may name many, by the numbers of students or the codes of courses."""
OF_COURSES = (Act.OFFERS_IMPORTED, Act.OFFERS_TAKEN_BACK)
"""The acts that name courses by their codes, and nobody."""
ROLES: Mapping[str, Message] = {
    Role.STUDENT: Message("Student"),
    Role.ADVISOR: Message("Advisor"),
    Role.REGISTRAR: Message("Registrar"),
    Role.MENTOR: Message("Mentor"),
}
LABELS: Mapping[str, Message] = {
    "institution": Message("Institution"),
    "equivalence": Message("Equivalence"),
    "version": Message("Version"),
    "by": Message("By"),
    "state": Message("Since then"),
    "degree": Message("Degree of"),
    "kind": Message("What was asked for"),
    "requirement": Message("Requirement"),
    "item": Message("Course"),
    "at_least": Message("At least"),
    "minute": Message("Minute"),
    "on": Message("Day"),
    "until": Message("Until"),
    "number": Message("Number"),
    "outcome": Message("How the studies ended"),
    "granted": Message("Granted"),
    "reason": Message("Reason"),
    "role": Message("Role"),
    "include": Message("Kind of audit"),
    "students": Message("Students"),
    "field": Message("Field"),
    "cycle": Message("Cycle"),
    "pages": Message("Pages"),
    "replaces": Message("Replaces"),
    "digest": Message("Digest (SHA-256)"),
    "sha256": Message("Digest (SHA-256)"),
    "hold": Message("Hold"),
}
"""What an act states beside its subject; what the subject or the act itself says is left out."""
APPROVALS: Mapping[str, Message] = {
    State.AWAITING_PARTNER: Message("waits for the other institution"),
    State.IN_FORCE: Message("in force"),
}
WRITTEN_OUT = 40
"""How many lines of a profile are told before and after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldField:
    """One field of an entry, its values as ``say`` says them; None where there was or is nothing."""

    field: Message
    before: object | None
    after: object | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedChange:
    """Who or what an act changed, and how. ``key`` is what the history calls it."""

    key: str
    name: object
    fields: tuple[ToldField, ...]


def facts_in_words(act: Act, before: Facts, after: Facts, names: Names) -> tuple[ToldField, ...]:
    """What the act says of its subject."""
    if act in {Act.PROFILE_SAVED, Act.PROFILE_RESTORED}:
        return tuple(_lines(before.get("profile", ""), after.get("profile", "")))
    own = [key for key in (*FIELDS, *LABELS) if _is_stated(act, key, before, after)]
    # What was withdrawn is stated as it was; nothing has come in its place.
    before, after = {key: before[key] for key in before if key in after}, {**before, **after}
    person = [key for key in own if key in FIELDS]
    return (
        *_fields(person, before, after, lambda key: _of_record(key, names, names.institution)),
        *_fields(own, before, after, lambda key: _of_act(act, key, before, after, names)),
    )


def changes_in_words(
    act: Act, before: Facts, after: Facts, names: Names, keys: Iterable[str]
) -> Iterator[RecordedChange]:
    """What the act says of each of these students, courses or results."""
    for key in keys:
        was, now = before.get(key), after.get(key)
        if not isinstance(was or now, Mapping):
            # Students who were moved to another version together are named with their versions.
            was, now = ({"version": value} if value else {} for value in (was, now))
        titles = {**(was or {}), **(now or {})}
        yield RecordedChange(
            key=key,
            name=_name(act, key, titles, names),
            fields=tuple(_of_thing(was or {}, now or {}, names)),
        )


def things_of(act: Act, before: Facts, after: Facts) -> tuple[str, ...]:
    """What an act names besides its subject: students by number, perhaps with a course or a milestone, or courses."""
    return tuple(key for key in dict.fromkeys((*before, *after)) if _names_another(act, key, before, after))


def number_in(act: Act, key: str) -> str:
    """The student's number in what ``things_of`` gave; "" where it is a course."""
    return "" if act in OF_COURSES else key.partition(" ")[0]


def _is_stated(act: Act, key: str, before: Facts, after: Facts) -> bool:
    return (key in before or key in after) and not _names_another(act, key, before, after)


def _names_another(act: Act, key: str, before: Facts, after: Facts) -> bool:
    if isinstance(before.get(key, after.get(key)), Mapping):
        return act in LISTS
    return act is Act.EQUIVALENCES_OF_STUDENTS_CHANGED and key not in {"version", "minute", "students"}


def _name(act: Act, key: str, change: Facts, names: Names) -> object:
    things = names.vocabulary.things_at(names.institution)
    if act in OF_COURSES:
        return thing_in_words(key, {}, things)
    number, _, what = key.partition(" ")
    if not what:
        return names.student(number)
    words = {"student": names.student(number), "what": thing_in_words(what, change, things)}
    return Message("%(student)s: %(what)s", words)


def _of_thing(before: Facts, after: Facts, names: Names) -> Iterator[ToldField]:
    # What is new bears its title in its name.
    keys = [key for key in dict.fromkeys((*before, *after)) if before or not key.startswith(TITLE)]
    yield from _fields(keys, before, after, lambda key: _of_record(key, names, names.institution))


Reader = Callable[[Json], object]


def _fields(
    keys: Iterable[str], before: Facts, after: Facts, how: Callable[[str], tuple[Message, Reader] | None]
) -> Iterator[ToldField]:
    """Each field that differs, in words; ``how`` knows what it is called and how its values are said."""
    for key in keys:
        known, was, now = how(key), before.get(key), after.get(key)
        if known is None or (was == now and key in before) or not (was or now):
            continue
        label, words = known
        yield ToldField(field=label, before=words(was) if was else None, after=words(now) if now else None)


def _of_record(key: str, names: Names, institution: str) -> tuple[Message, Reader] | None:
    if key == "version":
        return LABELS[key], str
    if key not in FIELDS:
        return None
    if key in {"advisor", "account"}:
        return FIELDS[key], names.person
    versions = names.vocabulary.versions_at(institution)
    return FIELDS[key], lambda value: value_in_words(key, value, versions)


def _of_act(act: Act, key: str, before: Facts, after: Facts, names: Names) -> tuple[Message, Reader] | None:
    if key not in LABELS or (key == "state" and after.get(key) not in APPROVALS):
        return None
    stated = {**before, **after}
    vocabulary = names.vocabulary
    readers: Mapping[str, Reader] = {
        "institution": names.place,
        "by": names.place,
        "state": lambda state: APPROVALS.get(state, state),
        "degree": lambda degree: names.place(vocabulary.degrees.get(degree, degree)),
        "kind": lambda kind: EXCEPTIONS.get(kind, kind),
        "requirement": lambda rule: vocabulary.rules.get((stated.get("degree", ""), rule), rule),
        "item": names.attempt,
        "at_least": Decimal,
        "on": dt.date.fromisoformat,
        "until": dt.date.fromisoformat,
        "outcome": lambda outcome: names.outcomes.get(outcome, outcome),
        "granted": lambda grants: tuple(_grant(grant, stated.get("degree", ""), names) for grant in grants),
        "reason": lambda reason: REASONS.get(reason, reason),
        "role": lambda role: ROLES.get(role, role),
        "include": lambda include: AUDITS.get(include, include),
        "hold": lambda called: called,
    }
    if key == "version" and "institution" in stated:
        return LABELS[key], lambda name: version_in_words(name, vocabulary.versions_at(stated["institution"]))
    if key == "version" and act in CURRICULA:
        # The entry's subject bears it already.
        return None
    return LABELS[key], readers.get(key, str)


CURRICULA = frozenset({
    Act.CURRICULUM_IMPORTED, Act.CURRICULUM_SUBMITTED, Act.CURRICULUM_SENT_BACK, Act.CURRICULUM_PUBLISHED
})  # fmt: skip


def _grant(grant: Facts, degree: str, names: Names) -> Message:
    where = names.vocabulary.degrees.get(degree, "")
    title = names.vocabulary.courses.get((where, grant["course"])) if grant["course"] else grant["title"]
    words = {"title": title or grant["course"] or grant["tag"], "credits": Decimal(grant["credits"])}
    if grant["grade"] is None:
        return Message("%(title)s, %(credits)s credits", words)
    return Message("%(title)s, %(credits)s credits, grade %(grade)s", {**words, "grade": Decimal(grant["grade"])})


def _lines(before: str, after: str) -> Iterator[ToldField]:
    """What differs between two texts, line by line."""
    was, now = before.splitlines(), after.splitlines()
    if not was:
        yield ToldField(field=Message("Lines"), before=None, after=Decimal(len(now)))
        return
    gone, new = ([line.strip() for line in lines if line not in others] for lines, others in ((was, now), (now, was)))
    for line in gone[:WRITTEN_OUT]:
        yield ToldField(field=Message("Line removed"), before=None, after=line)
    for line in new[:WRITTEN_OUT]:
        yield ToldField(field=Message("Line added"), before=None, after=line)
