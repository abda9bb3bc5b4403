"""What rules does a curriculum's text state? From the tree of a file to a ``Degree``, refusing whatever is not a rule.

Where the specification leaves a choice, a text is read so:

- In ``select`` a key with an empty list selects nothing, as an OR over nothing does; so does ``any: []``.
- Numbers of courses and of parts are whole; ``2`` and ``2.0`` are the same number.
- ``ects_per_credit`` and ``credits_each`` are more than 0: with 0 no requirement would ever lack anything.
- A percentage has at most two places, as credits have; ``at_least_percent`` is not reduced by credits but by percent.
- ``distinct`` and ``at_most_from`` do not stand on the same node: it would not be said which values are added.
- The id of an exclusive leaf is not ``free`` or ``uncounted``, which name places of their own in claims.
- A ``title`` or ``clause`` that is one text stands under the language ``und`` (not said).
"""

from collections.abc import Iterator
from decimal import Decimal, localcontext
from typing import TypedDict

from dualdegree.core.audit.case.select_text import read_ceilings, read_select, read_value_kind
from dualdegree.core.audit.facts import FREE, UNCOUNTED
from dualdegree.core.audit.rules import (
    All,
    AttemptsPolicy,
    Average,
    Ceiling,
    Choose,
    Courses,
    Credits,
    Degree,
    Limit,
    Milestone,
    Requirement,
    Select,
    Unit,
)
from dualdegree.core.source.tree import Place, Scalar
from dualdegree.core.text import LANGUAGES, Message, Text

RESERVED_DEGREES = ("limits", "shared_credits")
RESERVED_LEAVES = (FREE, UNCOUNTED)
NO_LANGUAGE = "und"

NODE_KEYS = ("title", "clause", "waivable")
LEAF_KEYS = (*NODE_KEYS, "overlay", "within", "at_most_from")
KINDS = {
    "all": (("parts",), NODE_KEYS),
    "choose": (("at_least", "parts"), NODE_KEYS),
    "credits": (("at_least", "select"), LEAF_KEYS),
    "courses": (("at_least", "select"), (*LEAF_KEYS, "credits_each", "distinct")),
    "milestone": (("milestone",), (*NODE_KEYS, "at_least")),
    "average": (("at_least", "select"), (*NODE_KEYS, "of", "within")),
}
"""Each kind of requirement with the keys it must and may have, besides ``id`` and ``kind``."""
SHARE = "at_least_percent"
"""The key that a credits node may have instead of ``at_least``."""

Fields = dict[str, Place]


class _Node(TypedDict):
    id: str
    title: Text
    clause: Text
    waivable: bool
    line: int


class _Leaf(TypedDict):
    select: Select
    overlay: bool
    within: str | None
    at_most_from: tuple[Ceiling, ...]


def read_degree(place: Place) -> Degree:
    """The degree that stands at this place. Raises ``SourceError`` for anything that is not a sound degree."""
    fields = place.fields(("id", "institution", "requirements"), ("ects_per_credit", "attempts", "limits", "title"))
    id_ = fields["id"].name()
    if id_ in RESERVED_DEGREES:
        raise fields["id"].wrong(Message('"%(id)s" cannot be the id of a degree; choose another', {"id": id_}))
    ratio = fields.get("ects_per_credit")
    degree = Degree(
        id=id_,
        institution=fields["institution"].name(),
        requirements=read_requirement(fields["requirements"]),
        ects_per_credit=ratio.positive(ratio.number()) if ratio else Decimal(1),
        attempts=fields["attempts"].one_of(AttemptsPolicy) if "attempts" in fields else AttemptsPolicy.BEST,
        limits=tuple(read_limit(limit) for limit in fields["limits"].each()) if "limits" in fields else (),
        title=read_text(fields.get("title")),
    )
    _check_ids(fields)
    return degree


def read_requirement(place: Place) -> Requirement:
    """The requirement at this place with all its parts; that ids are unique is for ``read_degree`` to see."""
    kind = place.entry("kind").word(tuple(KINDS))
    must, may = KINDS[kind]
    is_share = kind == "credits" and SHARE in place.entries()
    if is_share:
        must = (SHARE, "select")
        if "at_least" in place.entries():
            raise place.entry("at_least").wrong(Message("write at_least or at_least_percent, and not both"))
    fields = place.fields(("id", "kind", *must), may)
    node = _node(place, fields)
    match kind:
        case "all":
            return All(**node, parts=_parts(fields))
        case "choose":
            return Choose(**node, at_least=_choice(fields), parts=_parts(fields))
        case "credits":
            if is_share:
                return Credits(**node, **_leaf(fields), at_least=Decimal(0), at_least_percent=_percent(fields))
            return Credits(**node, **_leaf(fields), at_least=fields["at_least"].credits())
        case "courses":
            return Courses(
                **node,
                **_leaf(fields),
                at_least=fields["at_least"].whole(),
                credits_each=_each(fields),
                distinct=_distinct(fields),
            )
        case "milestone":
            value = fields["at_least"].grade() if "at_least" in fields else None
            return Milestone(**node, milestone=fields["milestone"].name(), at_least=value)
        case _:
            mean_of = fields["of"].word(("grade", "points")) if "of" in fields else "grade"
            return Average(
                **node,
                select=read_select(fields["select"]),
                at_least=fields["at_least"].grade(),
                of=mean_of,
                within=fields["within"].name() if "within" in fields else None,
            )


def _node(place: Place, fields: Fields) -> _Node:
    return {
        "id": fields["id"].name(),
        "title": read_text(fields.get("title")),
        "clause": _clause(fields.get("clause")),
        "waivable": fields["waivable"].flag() if "waivable" in fields else True,
        "line": place.line,
    }


def _parts(fields: Fields) -> tuple[Requirement, ...]:
    return tuple(read_requirement(part) for part in fields["parts"].each())


def _choice(fields: Fields) -> int:
    wanted, parts = fields["at_least"].whole(), len(fields["parts"].each())
    if not 1 <= wanted <= parts:
        wrong = Message(
            "of %(parts)s parts, choose from 1 to %(parts)s, not %(wanted)s",
            {"parts": str(parts), "wanted": str(wanted)},
        )
        raise fields["at_least"].wrong(wrong)
    return wanted


def _leaf(fields: Fields) -> _Leaf:
    overlay = fields["overlay"].flag() if "overlay" in fields else False
    if "within" in fields and not overlay:
        raise fields["within"].wrong(Message("only an overlay looks within another requirement; add overlay: true"))
    if not overlay and fields["id"].words() in RESERVED_LEAVES:
        wrong = Message('"%(id)s" cannot be the id of a requirement that courses serve', {"id": fields["id"].words()})
        raise fields["id"].wrong(wrong)
    if "at_most_from" in fields and not overlay:
        wrong = Message("only an overlay adds no more than so much of its courses; add overlay: true, or write a limit")
        raise fields["at_most_from"].wrong(wrong)
    return {
        "select": read_select(fields["select"]),
        "overlay": overlay,
        "within": fields["within"].name() if "within" in fields else None,
        "at_most_from": read_ceilings(fields["at_most_from"], fields["kind"].words())
        if "at_most_from" in fields
        else (),
    }


def _percent(fields: Fields) -> Decimal:
    if "overlay" not in fields or "within" not in fields:
        wrong = Message("a share is of what serves another requirement; add overlay: true and within")
        raise fields[SHARE].wrong(wrong)
    percent = fields[SHARE].credits()
    if percent > 100:
        raise fields[SHARE].wrong(Message("a share is at most 100 percent"))
    return percent


def _distinct(fields: Fields) -> str | None:
    if "distinct" not in fields:
        return None
    if "at_most_from" in fields:
        raise fields["distinct"].wrong(
            Message("different values are counted, or no more than so many are added; write two requirements")
        )
    return read_value_kind(fields["distinct"])


def _each(fields: Fields) -> Decimal:
    place = fields.get("credits_each")
    return place.positive(place.credits()) if place else Decimal(3)


def read_limit(place: Place) -> Limit:
    """The limit at this place; that its id is unique is for ``read_degree`` to see."""
    share = "at_most_percent" in place.entries()
    must = ("at_most_percent", "of") if share else ("at_most",)
    fields = place.fields(("id", "select", *must), ("unit", "within", "per", *NODE_KEYS))
    unit = fields["unit"].one_of(Unit) if "unit" in fields else Unit.CREDITS
    percent, whole = (fields["at_most_percent"].number(), fields["of"].credits()) if share else (None, None)
    return Limit(
        **_node(place, fields),
        select=read_select(fields["select"]),
        unit=unit,
        within=fields["within"].name() if "within" in fields else None,
        per=read_value_kind(fields["per"]) if "per" in fields else None,
        percent=percent,
        of=whole,
        at_most=_most(fields, unit) if percent is None or whole is None else _share(fields, unit, percent, whole),
    )


def _most(fields: Fields, unit: Unit) -> Decimal:
    return fields["at_most"].credits() if unit is Unit.CREDITS else Decimal(fields["at_most"].whole())


def _share(fields: Fields, unit: Unit, percent: Decimal, whole: Decimal) -> Decimal:
    if unit is not Unit.CREDITS:
        raise fields["at_most_percent"].wrong(Message("a share is of credits; for courses write at_most"))
    with localcontext(prec=60):
        return whole * percent / 100


def read_text(place: Place | None) -> Text:
    """A text per language; what is not there is no text in any language."""
    if place is None:
        return {}
    if isinstance(place.node, Scalar):
        return {NO_LANGUAGE: place.words()}
    return {language: words.words() for language, words in place.entries().items()}


def _clause(place: Place | None) -> Text:
    """A text per language; keys of any other kind are parts of one text."""
    said = read_text(place)
    if said.keys() <= {NO_LANGUAGE, *LANGUAGES}:
        return said
    return {NO_LANGUAGE: "; ".join(said.values())}


def _check_ids(fields: Fields) -> None:
    """Every id is unique among the degree's requirements, or among its limits, and each ``within`` is one of them."""
    requirements = list(_requirement_places(fields["requirements"]))
    limits = fields["limits"].each() if "limits" in fields else ()
    ids = unique(place.entry("id") for place in requirements)
    unique(place.entry("id") for place in limits)
    for place in (*requirements, *limits):
        within = place.entries().get("within")
        if within and within.words() not in ids:
            wrong = Message('no requirement of this degree has the id "%(id)s"', {"id": within.words()})
            raise within.wrong(wrong)


def _requirement_places(place: Place) -> Iterator[Place]:
    yield place
    parts = place.entries().get("parts")
    for part in parts.each() if parts else ():
        yield from _requirement_places(part)


def unique(ids: Iterator[Place]) -> dict[str, Place]:
    """The places of ids by id. Raises ``SourceError`` where an id stands for the second time."""
    seen: dict[str, Place] = {}
    for place in ids:
        if before := seen.get(place.words()):
            words = {"id": place.words(), "line": str(before.line), "key": before.path}
            where = Message('"%(id)s" is already used on line %(line)s (%(key)s); choose another', words)
            raise place.wrong(
                where if before.line else Message('"%(id)s" is already used (%(key)s); choose another', words)
            )
        seen[place.words()] = place
    return seen
