"""What rules does a curriculum's text state? From the tree of a file to a ``Degree``, refusing whatever is not a rule.

Where the specification leaves a choice, a text is read so:

- In ``select`` a key with an empty list selects nothing, as an OR over nothing does; so does ``any: []``.
- Numbers of courses and of parts are whole; ``2`` and ``2.0`` are the same number.
- ``ects_per_credit`` and ``credits_each`` are more than 0: with 0 no requirement would ever lack anything.
- A percentage has at most two places, as credits have; ``at_least_percent`` is not reduced by credits but by percent.
- ``distinct`` and ``at_most_from`` do not stand on the same node: it would not be said which values are added.
- The id of an exclusive leaf is not ``free`` or ``uncounted``, which name places of their own in claims.
- A ``title`` that is one text stands under the language ``und`` (not said); a ``clause`` is one text, or keys of texts.
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
from dualdegree.core.text import Message, Text

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
    clause: str
    waivable: bool
    line: int


class _Leaf(TypedDict):
    select: Select
    overlay: bool
    within: str | None
    at_most_from: tuple[Ceiling, ...]


def read_degree(place: Place) -> Degree:
    """The degree that stands at this place. Raises ``SourceError`` for anything that is not a sound degree."""
    found = place.fields(("id", "institution", "requirements"), ("ects_per_credit", "attempts", "limits", "title"))
    id_ = found["id"].name()
    if id_ in RESERVED_DEGREES:
        raise found["id"].wrong(Message('"%(id)s" cannot be the id of a degree; choose another', {"id": id_}))
    ratio = found.get("ects_per_credit")
    degree = Degree(
        id=id_,
        institution=found["institution"].name(),
        requirements=read_requirement(found["requirements"]),
        ects_per_credit=ratio.positive(ratio.number()) if ratio else Decimal(1),
        attempts=found["attempts"].one_of(AttemptsPolicy) if "attempts" in found else AttemptsPolicy.BEST,
        limits=tuple(read_limit(limit) for limit in found["limits"].each()) if "limits" in found else (),
        title=read_text(found.get("title")),
    )
    _check_ids(found)
    return degree


def read_requirement(place: Place) -> Requirement:
    """The requirement at this place with all its parts; that ids are unique is for ``read_degree`` to see."""
    kind = place.entry("kind").word(tuple(KINDS))
    must, may = KINDS[kind]
    is_share = kind == "credits" and SHARE in place.entries()
    if is_share:
        must = (SHARE, "select")
    found = place.fields(("id", "kind", *must), may)
    node = _node(place, found)
    match kind:
        case "all":
            return All(**node, parts=_parts(found))
        case "choose":
            return Choose(**node, at_least=_choice(found), parts=_parts(found))
        case "credits":
            if is_share:
                return Credits(**node, **_leaf(found), at_least=Decimal(0), at_least_percent=_percent(found))
            return Credits(**node, **_leaf(found), at_least=found["at_least"].credits())
        case "courses":
            return Courses(
                **node,
                **_leaf(found),
                at_least=found["at_least"].whole(),
                credits_each=_each(found),
                distinct=_distinct(found),
            )
        case "milestone":
            value = found["at_least"].grade() if "at_least" in found else None
            return Milestone(**node, milestone=found["milestone"].name(), at_least=value)
        case _:
            of = found["of"].word(("grade", "points")) if "of" in found else "grade"
            return Average(
                **node,
                select=read_select(found["select"]),
                at_least=found["at_least"].grade(),
                of=of,
                within=found["within"].name() if "within" in found else None,
            )


def _node(place: Place, found: Fields) -> _Node:
    return {
        "id": found["id"].name(),
        "title": read_text(found.get("title")),
        "clause": _clause(found.get("clause")),
        "waivable": found["waivable"].flag() if "waivable" in found else True,
        "line": place.line,
    }


def _parts(found: Fields) -> tuple[Requirement, ...]:
    return tuple(read_requirement(part) for part in found["parts"].each())


def _choice(found: Fields) -> int:
    wanted, parts = found["at_least"].whole(), len(found["parts"].each())
    if not 1 <= wanted <= parts:
        wrong = Message(
            "of %(parts)s parts, choose from 1 to %(parts)s, not %(wanted)s",
            {"parts": str(parts), "wanted": str(wanted)},
        )
        raise found["at_least"].wrong(wrong)
    return wanted


def _leaf(found: Fields) -> _Leaf:
    overlay = found["overlay"].flag() if "overlay" in found else False
    if "within" in found and not overlay:
        raise found["within"].wrong(Message("only an overlay looks within another requirement; add overlay: true"))
    if not overlay and found["id"].words() in RESERVED_LEAVES:
        wrong = Message('"%(id)s" cannot be the id of a requirement that courses serve', {"id": found["id"].words()})
        raise found["id"].wrong(wrong)
    if "at_most_from" in found and not overlay:
        wrong = Message("only an overlay adds no more than so much of its courses; add overlay: true, or write a limit")
        raise found["at_most_from"].wrong(wrong)
    return {
        "select": read_select(found["select"]),
        "overlay": overlay,
        "within": found["within"].name() if "within" in found else None,
        "at_most_from": read_ceilings(found["at_most_from"], found["kind"].words()) if "at_most_from" in found else (),
    }


def _percent(found: Fields) -> Decimal:
    if "overlay" not in found or "within" not in found:
        wrong = Message("a share is of what serves another requirement; add overlay: true and within")
        raise found[SHARE].wrong(wrong)
    return found[SHARE].credits()


def _distinct(found: Fields) -> str | None:
    if "distinct" not in found:
        return None
    if "at_most_from" in found:
        raise found["distinct"].wrong(
            Message("different values are counted, or no more than so many are added; write two requirements")
        )
    return read_value_kind(found["distinct"])


def _each(found: Fields) -> Decimal:
    place = found.get("credits_each")
    return place.positive(place.credits()) if place else Decimal(3)


def read_limit(place: Place) -> Limit:
    """The limit at this place; that its id is unique is for ``read_degree`` to see."""
    share = "at_most_percent" in place.entries()
    must = ("at_most_percent", "of") if share else ("at_most",)
    found = place.fields(("id", "select", *must), ("unit", "within", "per", *NODE_KEYS))
    unit = found["unit"].one_of(Unit) if "unit" in found else Unit.CREDITS
    percent, of = (found["at_most_percent"].number(), found["of"].credits()) if share else (None, None)
    return Limit(
        **_node(place, found),
        select=read_select(found["select"]),
        unit=unit,
        within=found["within"].name() if "within" in found else None,
        per=read_value_kind(found["per"]) if "per" in found else None,
        percent=percent,
        of=of,
        at_most=_most(found, unit) if percent is None or of is None else _share(found, unit, percent, of),
    )


def _most(found: Fields, unit: Unit) -> Decimal:
    return found["at_most"].credits() if unit is Unit.CREDITS else Decimal(found["at_most"].whole())


def _share(found: Fields, unit: Unit, percent: Decimal, of: Decimal) -> Decimal:
    if unit is not Unit.CREDITS:
        raise found["at_most_percent"].wrong(Message("a share is of credits; for courses write at_most"))
    with localcontext(prec=60):
        return of * percent / 100


def read_text(place: Place | None) -> Text:
    """A text per language; what is not there is no text in any language."""
    if place is None:
        return {}
    if isinstance(place.node, Scalar):
        return {NO_LANGUAGE: place.words()}
    return {language: words.words() for language, words in place.entries().items()}


def _clause(place: Place | None) -> str:
    if place is None:
        return ""
    return place.words() if isinstance(place.node, Scalar) else "; ".join(read_text(place).values())


def _check_ids(found: Fields) -> None:
    """Every id is unique among the degree's requirements, or among its limits, and each ``within`` is one of them."""
    requirements = list(_requirement_places(found["requirements"]))
    limits = found["limits"].each() if "limits" in found else ()
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
