"""How does an institution decide for one student: who, by which day, under which law, and where does one appeal?"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dualdegree.core.source.reading import Place
from dualdegree.core.text import LANGUAGES, Message, Text, say

DAYS: Mapping[str, int] = {"endorse": 10, "confirm": 15, "decide": 30, "enter": 5}
"""Within how many days each step of a request is due, unless the profile says otherwise."""
MONTH_AND_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", re.ASCII)


class Decider(StrEnum):
    """Who decides for one student: an advisor, to whom that is delegated, or a body that keeps minutes."""

    ADVISOR = "advisor"
    BODY = "body"


def named(body: Text | None, minute: str | None) -> str:
    """Who decided, as cases and documents name them: the body, with its minute where it keeps minutes."""
    name = say(body or {}, "en")
    return f"{name}, {minute}" if minute else name


def named_in_words(body: Text, minute: str | None) -> Message:
    """The same for whoever reads a page: the body in their own language."""
    words = {"body": body, "minute": minute}
    return Message("%(body)s, %(minute)s", words) if minute else Message("%(body)s", words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceptions:
    """How the institution decides on exceptions for one student; ``body`` is what the deciding body is called."""

    decided_by: Decider
    body: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When requests are taken each year: from one day to another, both included, as ``07-15``."""

    first: str
    last: str

    def takes(self, day: dt.date) -> bool:
        """Whether the day is within; a window may run over the turn of the year."""
        today = f"{day:%m-%d}"
        if self.first <= self.last:
            return self.first <= today <= self.last
        return today >= self.first or today <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognitions:
    """How the institution decides on a student's requests for recognition.

    ``days`` is within how many days each step is due; ``windows`` when requests are taken, always where there is none;
    ``appeal_body`` is whom one appeals to, within ``appeal_days`` of the decision.
    """

    decided_by: Decider
    body: Text
    legal_basis: Text
    appeal_body: Text
    appeal_days: int
    days: Mapping[str, int] = field(default_factory=lambda: dict(DAYS))
    windows: tuple[Window, ...] = ()

    def takes(self, day: dt.date) -> bool:
        """Whether a request may be submitted on that day."""
        return not self.windows or any(window.takes(day) for window in self.windows)


def read_text_here(place: Place) -> Text:
    """A text with at least one of the three languages, and no other."""
    words = {language: words.name() for language, words in place.fields((), LANGUAGES).items()}
    if not words:
        raise place.wrong(Message("a text in at least one language is expected here, such as {en: credits}"))
    return {language: words[language] for language in LANGUAGES if language in words}


def read_exceptions(place: Place) -> Exceptions:
    """How the institution decides on exceptions; raises ``SourceError``."""
    fields = place.fields(("decided_by",), ("body",))
    decided_by, body = _decider(place, fields)
    return Exceptions(decided_by=decided_by, body=body)


def read_recognitions(place: Place) -> Recognitions:
    """How the institution decides on recognition; raises ``SourceError``."""
    fields = place.fields(("decided_by", "legal_basis", "appeal"), ("body", "days", "requests"))
    decided_by, body = _decider(place, fields)
    appeal = fields["appeal"].fields(("body", "days"))
    given = fields["days"].fields((), tuple(DAYS)) if "days" in fields else {}
    return Recognitions(
        decided_by=decided_by,
        body=body,
        legal_basis=read_text_here(fields["legal_basis"]),
        appeal_body=read_text_here(appeal["body"]),
        appeal_days=appeal["days"].whole(),
        days={**DAYS, **{step: days.whole() for step, days in given.items()}},
        windows=tuple(map(_window, fields["requests"].each())) if "requests" in fields else (),
    )


def _decider(place: Place, fields: Mapping[str, Place]) -> tuple[Decider, Text]:
    decided_by = fields["decided_by"].one_of(Decider)
    if decided_by is Decider.BODY and "body" not in fields:
        raise place.wrong(Message("say what the body that decides is called, such as body: {en: Academic committee}"))
    return decided_by, read_text_here(fields["body"]) if "body" in fields else {}


def _window(place: Place) -> Window:
    fields = place.fields(("from", "to"))
    return Window(first=_day(fields["from"]), last=_day(fields["to"]))


def _day(place: Place) -> str:
    if not MONTH_AND_DAY.fullmatch(place.name()):
        raise place.wrong(Message('"%(text)s" is no day of the year; write it like 07-15', {"text": place.name()}))
    return place.name()
