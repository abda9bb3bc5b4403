"""For whom, when, with which grade and on what evidence does an entry hold? In words, for tables and comparisons."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from dualdegree.core.curricula.equivalence import Cohort, Entry, Evidence, Period
from dualdegree.core.grades import PLAIN, in_words
from dualdegree.core.terms import in_words as term_in_words
from dualdegree.core.text import Message


def terms_of(entry: Entry) -> tuple[Message, ...]:
    """Everything that limits the entry or speaks for it, its files apart; what it leaves open is not said."""
    return (*_limits(entry), *evidence_of(entry.evidence))


def _limits(entry: Entry) -> Iterator[Message]:
    if entry.min_grade is not None:
        yield Message("Least grade %(grade)s", {"grade": entry.min_grade})
    if entry.cohort is not None:
        yield _cohort(entry.cohort)
    if entry.period is not None:
        yield _period(entry.period)
    if entry.grade_method is not None:
        yield Message("Grade: %(method)s", {"method": in_words(PLAIN[entry.grade_method])})
    if entry.is_choice:
        yield Message("The student's choice: applied only once chosen")


def _cohort(cohort: Cohort) -> Message:
    if cohort.last is None:
        return Message("Admitted from %(first)s", {"first": term_in_words(cohort.first)})
    return Message(
        "Admitted from %(first)s to %(last)s",
        {"first": term_in_words(cohort.first), "last": term_in_words(cohort.last)},
    )


def _period(period: Period) -> Message:
    if period.last is None:
        return Message("For courses begun from %(first)s", {"first": period.first})
    words: dict[str, dt.date] = {"first": period.first, "last": period.last}
    return Message("For courses begun from %(first)s to %(last)s", words)


def evidence_of(evidence: Evidence) -> Iterator[Message]:
    """What speaks for an entry, one sentence for each thing that is known."""
    if evidence.content is not None:
        yield Message("Content matches by %(percent)s %%", {"percent": evidence.content})
    if evidence.workload is not None:
        yield Message("Workload matches by %(percent)s %%", {"percent": evidence.workload})
    if evidence.hours_sat is not None or evidence.hours_granted is not None:
        words: dict[str, Decimal | str] = {
            "sat": evidence.hours_sat if evidence.hours_sat is not None else "–",
            "granted": evidence.hours_granted if evidence.hours_granted is not None else "–",
        }
        yield Message("Hours of work: %(sat)s sat, %(granted)s granted", words)
    if evidence.outcomes:
        yield Message("Learning outcomes: %(outcomes)s", {"outcomes": evidence.outcomes})
    if evidence.mobility:
        yield Message("Done in mobility: %(evidence)s", {"evidence": evidence.mobility})


def syllabi_in_words(entry: Entry) -> tuple[Message, ...]:
    """The stored files by the beginning of their digests, so that one sees which are others in another version."""
    digests = tuple(digest[:12] for digest in entry.evidence.syllabi)
    return (Message("Syllabi: %(files)s", {"files": digests}),) if digests else ()
