"""How long may one be enrolled at an institution at most, and for what does it place holds on students?"""

from collections.abc import Mapping
from dataclasses import dataclass

from dualdegree.core.enrolment import LongestDuration
from dualdegree.core.source.reading import Place
from dualdegree.core.text import Message, Text
from dualdegree.programmes.institutions.procedures import read_text_here


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldKind:
    """A kind of hold: what it is called, and what the student can do to have it lifted."""

    name: Text
    remedy: Text


def read_longest(place: Place) -> LongestDuration | None:
    """How long one may be enrolled, None where the profile sets no end; raises ``SourceError``."""
    fields = place.fields((), ("longest",))
    return _longest(fields["longest"]) if "longest" in fields else None


def _longest(place: Place) -> LongestDuration:
    fields = place.fields((), ("years", "terms", "leave_counts", "warn_days"))
    if ("years" in fields) == ("terms" in fields):
        raise place.wrong(Message("say either in how many years or in how many terms, such as years: 4"))
    plain = LongestDuration()
    return LongestDuration(
        years=_at_least_one(fields["years"]) if "years" in fields else None,
        terms=_at_least_one(fields["terms"]) if "terms" in fields else None,
        leave_counts=fields["leave_counts"].flag() if "leave_counts" in fields else plain.leave_counts,
        warn_days=fields["warn_days"].whole() if "warn_days" in fields else plain.warn_days,
    )


def _at_least_one(place: Place) -> int:
    if not 1 <= place.whole() <= 40:
        raise place.wrong(Message("this lies between 1 and 40"))
    return place.whole()


def read_holds(place: Place) -> Mapping[str, HoldKind]:
    """The kinds of holds by their keys, in the order of the profile; raises ``SourceError``."""
    return {key: _kind(kind) for key, kind in place.entries().items()}


def _kind(place: Place) -> HoldKind:
    fields = place.fields(("name", "remedy"))
    return HoldKind(name=read_text_here(fields["name"]), remedy=read_text_here(fields["remedy"]))
