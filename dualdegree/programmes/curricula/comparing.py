"""How do two versions of a curriculum or agreement differ? Rule by rule and course by course, in words side by side."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dualdegree.core.audit.rules import AttemptsPolicy
from dualdegree.core.curricula.agreement import Agreement
from dualdegree.core.curricula.curriculum import Course, Curriculum
from dualdegree.core.grades import Conversion, in_words
from dualdegree.core.terms import in_words as term_in_words
from dualdegree.core.text import InstitutionName, Language, Message, Text
from dualdegree.programmes.curricula.reading import RuleSentence, limits_of, routes_in_words, rules_of
from dualdegree.programmes.curricula.terms_in_words import order_in_words, terms_in_words

ADMISSION, REQUIREMENTS = Message("Admission and degree"), Message("Requirements")
LIMITS, COURSES, AGREED = Message("Limits"), Message("Courses"), Message("What was agreed")
NONE = Message("none")
ATTEMPTS: Mapping[AttemptsPolicy, Message] = {
    AttemptsPolicy.BEST: Message("the best attempt"),
    AttemptsPolicy.LATEST: Message("the latest attempt"),
    AttemptsPolicy.FIRST_PASS: Message("the first passed attempt"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that one of two versions has, or has otherwise. ``before`` or ``after`` is None where it has not."""

    part: Message
    name: Message
    before: Message | None
    after: Message | None


Statements = Mapping[str, tuple[Message, Message]]
"""What there is in one part of a version: key → (its name, what is said of it)."""


def curricula_compared(old: Curriculum, new: Curriculum) -> tuple[Difference, ...]:
    """Everything in which two versions of a curriculum differ, in the order of the file; titles and notes apart."""
    return (
        *between(ADMISSION, _head(old), _head(new)),
        *between(REQUIREMENTS, _rules([rules_of(old.degree)]), _rules([rules_of(new.degree)])),
        *between(LIMITS, _rules(limits_of(old.degree)), _rules(limits_of(new.degree))),
        *between(COURSES, _courses(old), _courses(new)),
    )


def agreements_compared(old: Agreement, new: Agreement) -> tuple[Difference, ...]:
    """Everything in which two versions of an agreement differ; titles and notes apart."""
    return tuple(between(AGREED, _terms(old), _terms(new)))


def between(part: Message, old: Statements, new: Statements) -> Iterator[Difference]:
    """What one part of two versions has otherwise: first what the old one has, then what is new."""
    for key in (*old, *(key for key in new if key not in old)):
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        name = (after or before or (NONE, NONE))[0]
        yield Difference(part=part, name=name, before=before[1] if before else None, after=after[1] if after else None)


def _term(term: str) -> Message:
    words = term_in_words(term)
    return words if isinstance(words, Message) else _plain(words)


def _head(curriculum: Curriculum) -> Statements:
    admission, degree = curriculum.admission, curriculum.degree
    return {
        "first": (Message("Admitted from"), _term(admission.first)),
        "last": (Message("Admitted until"), _term(admission.last) if admission.last else Message("open")),
        "routes": (Message("Routes"), routes_in_words(admission.routes)),
        "award": (Message("Degree awarded"), _text(curriculum.award)),
        "ects": (Message("ECTS per credit"), _figure(degree.ects_per_credit)),
        "attempts": (Message("Which attempt at a course stands"), ATTEMPTS[degree.attempts]),
    }


def _rules(rules: Iterable[RuleSentence]) -> Statements:
    return {rule.id: description for group in rules for rule, description in _each(group, None)}


def _each(rule: RuleSentence, within: RuleSentence | None) -> Iterator[tuple[RuleSentence, tuple[Message, Message]]]:
    parts = {
        "words": rule.words,
        "clause": rule.clause or NONE,
        "within": _text(within.title) if within else NONE,
        "waivable": Message("can be waived") if rule.waivable else Message("cannot be waived"),
    }
    says = Message("%(words)s Part of: %(within)s; source: %(clause)s; %(waivable)s.", parts)
    yield rule, (Message("%(title)s", {"title": rule.title}), says)
    for part in rule.parts:
        yield from _each(part, rule)


def _courses(curriculum: Curriculum) -> Statements:
    return {
        code: (Message("%(title)s (%(code)s)", {"title": course.title, "code": code}), _course(course, curriculum))
        for code, course in curriculum.courses.items()
    }


def _course(course: Course, curriculum: Curriculum) -> Message:
    said = [Message("%(number)s credits", {"number": course.credits})]
    if course.ects is not None:
        said.append(Message("%(ects)s ECTS as agreed", {"ects": course.ects}))
    if course.tags:
        said.append(Message("marked %(tags)s", {"tags": curriculum.called(course.tags)}))
    if course.level is not None:
        said.append(Message("level %(level)s", {"level": course.level}))
    if course.language:
        said.append(Message("taught in %(languages)s", {"languages": Language(course.language)}))
    if course.hours is not None:
        said.append(Message("%(hours)s hours", {"hours": course.hours}))
    if course.outcomes:
        said.append(Message("Learning outcomes: %(outcomes)s", {"outcomes": course.outcomes}))
    if course.syllabi:
        said.append(Message("Syllabi: %(files)s", {"files": tuple(digest[:12] for digest in course.syllabi)}))
    if course.work:
        said.append(Message("the work “%(work)s”", {"work": course.work}))
    if course.milestone:
        said.append(
            Message("brings the milestone “%(milestone)s”", {"milestone": curriculum.called([course.milestone])})
        )
    if course.repeatable:
        said.append(Message("may be repeated"))
    said.extend(order_in_words(course, curriculum.courses))
    return Message("%(said)s", {"said": tuple(said)})


def _terms(agreement: Agreement) -> Statements:
    shared = agreement.shared_credits
    limit = Message("without limit")
    if shared is not None:
        words = {"most": shared.at_most, "exempt": shared.exempt_tags or NONE}
        limit = Message("at most %(most)s ECTS; exempt: %(exempt)s", words)
    excluded = {
        f"excluded {where}": (
            Message("Never recognised into %(institution)s", {"institution": InstitutionName(where)}),
            Message("%(tags)s", {"tags": tags}),
        )
        for where, tags in agreement.excluded_tags.items()
    }
    return {
        "shared": (Message("Shared credits"), limit),
        **excluded,
        "grades": (Message("Grades"), _text(agreement.grade_conversion)),
        **_conversions(agreement),
        **{
            f"limit {where} {limit.id}": (
                Message("Recognised into %(institution)s at most", {"institution": InstitutionName(where)}),
                Message("%(limit)s: %(most)s", {"limit": limit.title or limit.id, "most": limit.at_most}),
            )
            for where, limits in agreement.recognition_limits.items()
            for limit in limits
        },
        "milestones": (Message("Milestones"), Message("%(names)s", {"names": agreement.milestones or NONE})),
        "terms": (
            Message("Terms of study"),
            Message("%(names)s", {"names": terms_in_words(agreement.terms, {}) or NONE}),
        ),
    }


def _conversions(agreement: Agreement) -> Statements:
    return {
        f"conversion {conversion.origin} {conversion.into}": (
            Message("Grades of %(origin)s for %(into)s", _parties(conversion)),
            in_words(conversion.method),
        )
        for conversion in agreement.conversions
    }


def _parties(conversion: Conversion) -> dict[str, InstitutionName]:
    return {"origin": InstitutionName(conversion.origin), "into": InstitutionName(conversion.into)}


def _plain(word: str) -> Message:
    return Message("%(word)s", {"word": word})


def _figure(number: Decimal) -> Message:
    return Message("%(word)s", {"word": number})


def _text(text: Text) -> Message:
    return Message("%(text)s", {"text": text}) if text else NONE
