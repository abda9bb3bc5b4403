"""How does an institution confer a degree: by which steps, under which numbers, and how does it refuse one?

What a country's law or a university's own rules ask for stands in the profile; nothing of it is known to the program.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dualdegree.core.conferral.numbers import NumberPart, NumberPattern
from dualdegree.core.conferral.steps import DegreeStep
from dualdegree.core.source.reading import Place
from dualdegree.core.text import Message, Text
from dualdegree.programmes.institutions.procedures import read_text_here

KEYS = ("steps", "graduation", "certificate", "modalities", "refusal", "checklist")
PERIODS = ("days", "months", "years")
LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class GraduationOutcome:
    """One way in which studies end; ``leads_to_degree``: whether the degree may be decided on after it."""

    name: Text
    leads_to_degree: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Modalities:
    """How the degree can have been taught, as diplomas print it, and since which day they do."""

    printed_from: dt.date | None
    names: Mapping[str, Text]
    source: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalRules:
    """How a degree is refused: under which law, how long the person may speak before it, and whom to appeal to."""

    legal_basis: Text
    hearing_days: int
    appeal_body: Text
    appeal_days: int


class CountedFrom(StrEnum):
    """From which day the last day of an errand is counted."""

    CONFERRED = "conferred"
    ISSUED = "issued"
    """When the first document of both degrees was issued."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Something that a graduate has to see to before the diploma is of use elsewhere.

    ``within`` are the periods until its last day, counted ``from_`` a day; None where it has none.
    """

    key: str
    title: Text
    words: Text
    source: Text
    within: Mapping[str, int] | None
    from_: CountedFrom


@dataclass(frozen=True, slots=True, kw_only=True)
class Conferring:
    """How the institution confers its degrees; ``body`` is what the deciding body is called."""

    body: Text
    steps: tuple[DegreeStep, ...]
    outcomes: Mapping[str, GraduationOutcome] = field(default_factory=dict)
    graduation_number: NumberPattern | None = None
    certificate: NumberPattern | None = None
    modalities: Modalities | None = None
    refusal: RefusalRules | None = None
    """None where the institution refuses no degrees here."""
    checklist: tuple[Errand, ...] = ()


def read_conferring(place: Place) -> Conferring:
    """How the institution confers; raises ``SourceError``."""
    fields = place.fields(("body",), KEYS)
    graduation = fields["graduation"].fields(("outcomes",), ("number",)) if "graduation" in fields else {}
    outcomes = _outcomes(graduation["outcomes"]) if graduation else {}
    steps = _steps(fields["steps"]) if "steps" in fields else (DegreeStep.REQUIREMENTS, DegreeStep.DECISION)
    if DegreeStep.GRADUATION in steps and not outcomes:
        raise place.wrong(Message("the steps have a graduation; say under graduation how studies can end"))
    return Conferring(
        body=read_text_here(fields["body"]),
        steps=steps,
        outcomes=outcomes,
        graduation_number=_pattern(graduation["number"]) if "number" in graduation else None,
        certificate=_pattern(fields["certificate"]) if "certificate" in fields else None,
        modalities=_modalities(fields["modalities"]) if "modalities" in fields else None,
        refusal=_refusal(fields["refusal"]) if "refusal" in fields else None,
        checklist=_checklist(fields["checklist"]) if "checklist" in fields else (),
    )


def _steps(place: Place) -> tuple[DegreeStep, ...]:
    steps = tuple(step.one_of(DegreeStep) for step in place.each())
    if len(set(steps)) < len(steps):
        raise place.wrong(Message("a step stands here twice; name each once"))
    if DegreeStep.DECISION not in steps:
        raise place.wrong(Message("every institution decides on its degrees; add decision to the steps"))
    return (DegreeStep.REQUIREMENTS, *(step for step in steps if step is not DegreeStep.REQUIREMENTS))


def _outcomes(place: Place) -> Mapping[str, GraduationOutcome]:
    known = {}
    for key, outcome in place.entries().items():
        fields = outcome.fields(("name",), ("leads_to_degree",))
        leads = "leads_to_degree" not in fields or fields["leads_to_degree"].flag()
        known[key] = GraduationOutcome(name=read_text_here(fields["name"]), leads_to_degree=leads)
    if not known:
        raise place.wrong(Message("name at least one way in which studies end"))
    return known


def _pattern(place: Place) -> NumberPattern:
    fields = place.fields(("name", "parts"))
    pattern = NumberPattern(
        name=read_text_here(fields["name"]), parts=tuple(_part(part) for part in fields["parts"].one_or_more())
    )
    if pattern.length > LONGEST_NUMBER:
        raise fields["parts"].wrong(
            Message("a number has at most %(most)s signs; take something out", {"most": str(LONGEST_NUMBER)})
        )
    return pattern


def _part(place: Place) -> NumberPart:
    fields = place.fields(("name", "digits"), ("always", "is_year", "after"))
    digits = fields["digits"].whole()
    always = fields["always"].name() if "always" in fields else None
    is_year = "is_year" in fields and fields["is_year"].flag()
    if digits < 1 or (is_year and digits != 4):
        raise fields["digits"].wrong(Message("a part has at least one digit, and a year has four"))
    if always is not None and not (always.isascii() and always.isdigit() and len(always) == digits):
        raise fields["always"].wrong(Message("what a part always has is as many digits as the part"))
    return NumberPart(
        name=read_text_here(fields["name"]),
        digits=digits,
        always=always,
        is_year=is_year,
        after=fields["after"].name() if "after" in fields else "",
    )


def _modalities(place: Place) -> Modalities:
    fields = place.fields(("names",), ("printed_from", "source"))
    names = {key: read_text_here(name) for key, name in fields["names"].entries().items()}
    return Modalities(
        printed_from=fields["printed_from"].day() if "printed_from" in fields else None,
        names=names,
        source=read_text_here(fields["source"]) if "source" in fields else {},
    )


def _refusal(place: Place) -> RefusalRules:
    fields = place.fields(("legal_basis", "hearing_days", "appeal"))
    appeal = fields["appeal"].fields(("body", "days"))
    return RefusalRules(
        legal_basis=read_text_here(fields["legal_basis"]),
        hearing_days=fields["hearing_days"].whole(),
        appeal_body=read_text_here(appeal["body"]),
        appeal_days=appeal["days"].whole(),
    )


def _checklist(place: Place) -> tuple[Errand, ...]:
    return tuple(_errand(key, errand) for key, errand in place.entries().items())


def _errand(key: str, place: Place) -> Errand:
    fields = place.fields(("title", "words"), ("source", "within", "from"))
    within = (
        {name: number.whole() for name, number in fields["within"].fields((), PERIODS).items()}
        if ("within" in fields)
        else None
    )
    return Errand(
        key=key,
        title=read_text_here(fields["title"]),
        words=read_text_here(fields["words"]),
        source=read_text_here(fields["source"]) if "source" in fields else {},
        within=within,
        from_=fields["from"].one_of(CountedFrom) if "from" in fields else CountedFrom.CONFERRED,
    )
