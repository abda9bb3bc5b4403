"""For whom, when and on what evidence does an entry of an equivalence table hold, as its text says?"""

import re
from decimal import Decimal

from dualdegree.core.audit.case.rule_text import read_text
from dualdegree.core.curricula.equivalence import Cohort, Evidence, Period
from dualdegree.core.records import TERM
from dualdegree.core.source.tree import Place, shown
from dualdegree.core.text import Message

EVIDENCE = ("content", "workload", "hours", "syllabi", "outcomes", "mobility")
DIGEST = re.compile("[0-9a-f]{64}")


def read_cohort(place: Place) -> Cohort:
    """The admission terms from one to another, or on."""
    fields = place.fields(("from",), ("to",))
    cohort = Cohort(first=_term(fields["from"]), last=_term(fields["to"]) if "to" in fields else None)
    if cohort.last is not None and cohort.last < cohort.first:
        raise fields["to"].wrong(Message("the last admission is before the first, %(first)s", {"first": cohort.first}))
    return cohort


def read_period(place: Place) -> Period:
    """The days from one to another, or on."""
    fields = place.fields(("from",), ("to",))
    period = Period(first=fields["from"].day(), last=fields["to"].day() if "to" in fields else None)
    if period.last is not None and period.last < period.first:
        first = period.first.isoformat()
        raise fields["to"].wrong(Message("the last day is before the first, %(first)s", {"first": first}))
    return period


def read_evidence(place: Place) -> Evidence:
    """What speaks for the entry; whatever is not there is not known."""
    fields = place.fields((), EVIDENCE)
    hours = fields["hours"].fields((), ("sat", "granted")) if "hours" in fields else {}
    return Evidence(
        content=_percent(fields["content"]) if "content" in fields else None,
        workload=_percent(fields["workload"]) if "workload" in fields else None,
        hours_sat=hours["sat"].number() if "sat" in hours else None,
        hours_granted=hours["granted"].number() if "granted" in hours else None,
        syllabi=read_syllabi(fields.get("syllabi")),
        outcomes=read_text(fields.get("outcomes")),
        mobility=read_text(fields.get("mobility")),
    )


def read_syllabi(place: Place | None) -> tuple[str, ...]:
    """The digests of stored files, one or a list; none where nothing is said."""
    return tuple(_digest(digest) for digest in place.one_or_more()) if place is not None else ()


def _term(place: Place) -> str:
    if not TERM.fullmatch(place.words()):
        words = {"text": shown(place.words())}
        raise place.wrong(Message('"%(text)s" is not a term; write year and half, such as 2026-1', words))
    return place.words()


def _percent(place: Place) -> Decimal:
    figure = place.number()
    if figure > 100:
        raise place.wrong(Message("at most 100 per cent can match"))
    return figure


def _digest(place: Place) -> str:
    if not DIGEST.fullmatch(place.words()):
        raise place.wrong(Message("a syllabus is named by the SHA-256 of its stored file: 64 digits from 0 to f"))
    return place.words()
