"""What should whoever decides on an equivalence look at again? Sentences that warn and refuse nothing."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

from dualdegree.core.credit import figure, rounded
from dualdegree.core.curricula.equivalence import Cohort, Entry, EquivalenceTable, Period, SourceCourse, Target
from dualdegree.core.text import InstitutionName, Message
from dualdegree.recognition.checking import excluded_tags, is_lifted
from dualdegree.recognition.grounds import Grounds
from dualdegree.recognition.reading import ects_of

T = TypeVar("T", Cohort, Period)

FAR = Decimal("1.5")
"""Credits granted are far from credits earned when, in agreed ECTS, one is more than this many times the other."""
FEWEST_HOURS, MOST_HOURS = Decimal(25), Decimal(30)
"""The student's work that one ECTS stands for: Real Decreto 1125/2003, art. 4.5."""
SLACK = Decimal("1.25")
"""Credits are far from hours of work when they are this many times beyond what the hours allow."""


def remarks_on(table: EquivalenceTable, grounds: Grounds) -> tuple[Message, ...]:
    """What is remarkable, entry by entry in the order of the table."""
    return tuple(remark for entry in table.entries for remark in remarks_on_entry(entry, table.entries, grounds))


def remarks_on_entry(entry: Entry, entries: Sequence[Entry], grounds: Grounds) -> Iterator[Message]:
    """What is remarkable of one of the ``entries`` of a table."""
    yield from _on_courses(entry, grounds)
    yield from _on_credits(entry, grounds)
    yield from _on_hours(entry, grounds)
    yield from _on_matches(entry, grounds)
    yield from _on_syllabi(entry, grounds)
    yield from _on_mobility(entry, grounds)
    yield from _on_others(entry, entries)


def _on_courses(entry: Entry, grounds: Grounds) -> Iterator[Message]:
    """Courses whose credits differ between versions, and courses that some version does not have."""
    into = entry.target_institution
    named: list[tuple[str, SourceCourse | Target]] = [(entry.institution, source) for source in entry.sources]
    for institution, side in (*named, *((into, target) for target in entry.targets if target.code)):
        code = side.code or ""
        others = {course.credits for course in grounds.courses(institution, code)} - {side.credits}
        if others:
            differing = {"id": entry.id, "code": code, "others": tuple(map(figure, sorted(others)))}
            yield Message("%(id)s: %(code)s has %(others)s credits in another version of its curriculum.", differing)
        absent = grounds.without(institution, code, entry.cohort)
        if absent:
            where = InstitutionName(institution)
            words = {"id": entry.id, "code": code, "versions": absent, "institution": where}
            yield Message(
                "%(id)s: %(code)s is not in version %(versions)s of the curriculum of %(institution)s; the entry gives "
                "nothing there.",
                words,
            )


def _earned(entry: Entry, grounds: Grounds) -> Decimal:
    own = grounds.curricula.get(entry.institution, ())
    return sum((ects_of(source, own) for source in entry.sources), Decimal(0))


def _granted(entry: Entry, grounds: Grounds) -> Decimal:
    own = grounds.curricula.get(entry.target_institution, ())
    return sum((ects_of(target, own) for target in entry.targets), Decimal(0))


def _on_credits(entry: Entry, grounds: Grounds) -> Iterator[Message]:
    earned, granted = _earned(entry, grounds), _granted(entry, grounds)
    if granted > earned * FAR or earned > granted * FAR:
        words = {"id": entry.id, "earned": figure(earned), "granted": figure(granted)}
        yield Message(
            "%(id)s: %(granted)s ECTS would be granted for %(earned)s ECTS earned; make sure that is meant.", words
        )


def _on_hours(entry: Entry, grounds: Grounds) -> Iterator[Message]:
    hours = entry.evidence.hours_sat
    if hours is None:
        return
    granted, least, most = _granted(entry, grounds), hours / MOST_HOURS, hours / FEWEST_HOURS
    if granted > most * SLACK or granted * SLACK < least:
        words = {
            "id": entry.id,
            "granted": figure(granted),
            "hours": figure(hours),
            "least": figure(rounded(least, 1)),
            "most": figure(rounded(most, 1)),
        }
        yield Message(
            "%(id)s: %(granted)s ECTS would be granted for %(hours)s hours of work, which are %(least)s to %(most)s "
            "ECTS at 25 to 30 hours each.",
            words,
        )


def _on_matches(entry: Entry, grounds: Grounds) -> Iterator[Message]:
    into = entry.target_institution
    least = grounds.asks(into).match_at_least
    if least is None:
        return
    words = {"id": entry.id, "institution": InstitutionName(into), "least": figure(least)}
    if entry.evidence.content is not None and entry.evidence.content < least:
        yield Message(
            "%(id)s: the content matches by %(found)s %%; %(institution)s asks for %(least)s %%.",
            {**words, "found": figure(entry.evidence.content)},
        )
    if entry.evidence.workload is not None and entry.evidence.workload < least:
        yield Message(
            "%(id)s: the workload matches by %(found)s %%; %(institution)s asks for %(least)s %%.",
            {**words, "found": figure(entry.evidence.workload)},
        )


def _on_syllabi(entry: Entry, grounds: Grounds) -> Iterator[Message]:
    for digest in entry.evidence.syllabi:
        if digest not in grounds.syllabi:
            words = {"id": entry.id, "file": digest[:12]}
            yield Message("%(id)s: neither institution keeps the syllabus %(file)s…; hand it in, or mend it.", words)


def _on_mobility(entry: Entry, grounds: Grounds) -> Iterator[Message]:
    """Kinds that are excluded elsewhere, recognised here because they were done in mobility."""
    sat = [course for source in entry.sources for course in grounds.courses(entry.institution, source.code)]
    into = [course for code in entry.target_courses for course in grounds.courses(entry.target_institution, code)]
    for tag in excluded_tags(entry, (*sat, *into, *entry.targets), grounds):
        if is_lifted(tag, entry, grounds):
            words = {"id": entry.id, "tag": tag, "evidence": entry.evidence.mobility}
            yield Message(
                "%(id)s: what is tagged “%(tag)s” is recognised only because it was done in mobility (%(evidence)s); "
                "make sure that the evidence is sound.",
                words,
            )


def _on_others(entry: Entry, entries: Sequence[Entry]) -> Iterator[Message]:
    """Courses that some earlier entry gives as well, to the same people at the same time."""
    for other in entries[: entries.index(entry)]:
        given = set(other.target_courses) if other.target_institution == entry.target_institution else set()
        both = tuple(code for code in entry.target_courses if code in given)
        if both and _overlap(entry.cohort, other.cohort) and _overlap(entry.period, other.period):
            words = {"id": entry.id, "other": other.id, "courses": both}
            yield Message(
                "%(id)s: %(other)s gives %(courses)s already; whoever fulfils both gets it once, by the first.", words
            )


def _overlap(term: T | None, other: T | None) -> bool:
    """Whether anybody, or any day, is in both; without bounds everybody is."""
    if term is None or other is None:
        return True
    return term.meets(other)
