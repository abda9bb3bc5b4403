"""Which courses does a rule's text mean? Selections, kinds of values, and what is added of a selection at most."""

from decimal import Decimal

from dualdegree.core.audit.rules import PREFIX_ENDS, VALUE_KINDS, Ceiling, Origin, Select
from dualdegree.core.source.tree import Place
from dualdegree.core.text import Message

WORD_KEYS = ("course", "tag", "language", "institution", "origin")
SELECT_KEYS = (
    *WORD_KEYS, "level_at_least", "min_grade", "graded", "term_from", "term_to", "credits_at_least",
    "any", "all", "not",
)  # fmt: skip


def read_select(place: Place) -> Select:
    """The selection at this place."""
    fields = place.fields((), SELECT_KEYS)
    nothing = any(not fields[key].one_or_more() for key in WORD_KEYS if key in fields)
    return Select(
        course=_names(fields.get("course")),
        tag=_names(fields.get("tag")),
        level_at_least=fields["level_at_least"].grade() if "level_at_least" in fields else None,
        language=_names(fields.get("language")),
        institution=_names(fields.get("institution")),
        origin=tuple(origin.one_of(Origin) for origin in fields["origin"].one_or_more()) if "origin" in fields else (),
        min_grade=fields["min_grade"].grade() if "min_grade" in fields else None,
        graded=fields["graded"].flag() if "graded" in fields else None,
        term_from=fields["term_from"].name() if "term_from" in fields else None,
        term_to=fields["term_to"].name() if "term_to" in fields else None,
        credits_at_least=fields["credits_at_least"].credits() if "credits_at_least" in fields else None,
        any=() if nothing else _selects(fields.get("any")),
        all=_selects(fields.get("all")),
        not_=read_select(fields["not"]) if "not" in fields else None,
    )


def _names(place: Place | None) -> tuple[str, ...]:
    return tuple(value.name() for value in place.one_or_more()) if place else ()


def _selects(place: Place | None) -> tuple[Select, ...] | None:
    return tuple(read_select(part) for part in place.each()) if place else None


def read_value_kind(place: Place) -> str:
    """Of what the different values are looked at: a known kind, or a prefix of tags."""
    kind = place.name()
    if kind not in VALUE_KINDS and (kind == PREFIX_ENDS or not kind.endswith(PREFIX_ENDS)):
        words = {"text": kind, "kinds": VALUE_KINDS}
        wrong = Message('"%(text)s" is no kind of value; write one of %(kinds)s, or a prefix of tags as area:', words)
        raise place.wrong(wrong)
    return kind


def read_ceilings(place: Place, kind: str) -> tuple[Ceiling, ...]:
    """Of which selections an overlay of that ``kind`` adds no more than so much."""
    return tuple(_ceiling(part, kind) for part in place.each())


def _ceiling(place: Place, kind: str) -> Ceiling:
    fields = place.fields(("select", "at_most"))
    most = fields["at_most"]
    return Ceiling(
        select=read_select(fields["select"]),
        at_most=most.credits() if kind == "credits" else Decimal(most.whole()),
    )
