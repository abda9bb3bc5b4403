"""How is an answer written down? As the JSON object of the specification, and back again."""

import re
from collections.abc import Mapping
from decimal import Decimal

from dualdegree.core.audit.answer import (
    Answer,
    Because,
    Blocking,
    DegreeAnswer,
    Moved,
    Outcome,
    Shared,
    Used,
)
from dualdegree.core.credit import figure
from dualdegree.core.source.reading import Place, read
from dualdegree.core.text import Message

Json = dict[str, object]

FIGURE = re.compile(r"\d{1,60}(\.\d{1,60})?", re.ASCII)
"""A figure of an answer; longer than those of a case, because it may be their product."""
LIMITS, SHARED = "limits", "shared_credits"


def as_json(answer: Answer, case_name: str) -> Json:
    """The object that ``json.dumps`` writes, with keys in the specification's order.

    Decimals are texts without trailing zeros; only ``elapsed_ms`` is a float. ``idle_exceptions`` are positions in the
    case's list, from 0. ``blocking`` has ``limits`` and ``shared_credits`` only where they are part of the conflict.
    """
    return {
        "case": case_name,
        "joint_shortfall_ects": figure(answer.joint_shortfall_ects),
        "proven": answer.proven,
        "elapsed_ms": round(answer.elapsed_ms, 3),
        "degrees": {id_: _degree(degree) for id_, degree in answer.degrees.items()},
        "shared": _shared(answer.shared),
        "moved": [
            {"degree": move.degree, "item": move.item, "from": move.origin, "to": move.to} for move in answer.moved
        ],
        "idle_exceptions": list(answer.idle_exceptions),
        "blocking": _blocking(answer.blocking) if answer.blocking else None,
    }


def _degree(degree: DegreeAnswer) -> Json:
    return {
        "met": degree.met,
        "met_alone": degree.met_alone,
        "shortfall_ects": figure(degree.shortfall_ects),
        "requirements": {id_: _outcome(outcome) for id_, outcome in degree.requirements.items()},
        "limits": {id_: _used(limit) for id_, limit in degree.limits.items()},
        "claims": dict(degree.claims),
        "free": {item: _because(why) for item, why in degree.free.items()},
        "not_counted": {item: _because(why) for item, why in degree.not_counted.items()},
    }


def _used(limit: Used) -> Json:
    used: Json = {"used": figure(limit.used), "at_most": figure(limit.at_most)}
    if limit.by is not None:
        used["by"] = {value: figure(amount) for value, amount in limit.by.items()}
    return used


def _outcome(outcome: Outcome) -> Json:
    if outcome.got is None or outcome.needed is None:
        return {"met": outcome.met}
    return {
        "met": outcome.met,
        "got": figure(outcome.got),
        "needed": figure(outcome.needed),
        "items": list(outcome.items),
    }


def _because(why: Because) -> Json:
    return {"because": why.because, "of": list(why.of)} if why.of else {"because": why.because}


def _shared(shared: Shared) -> Json:
    return {
        "ects": figure(shared.ects),
        "at_most": None if shared.at_most is None else figure(shared.at_most),
        "works": list(shared.works),
        "exempt": list(shared.exempt),
    }


def _blocking(blocking: Blocking) -> Json:
    conflict: Json = {degree: list(nodes) for degree, nodes in blocking.nodes.items()}
    if blocking.limits:
        conflict[LIMITS] = list(blocking.limits)
    if blocking.shared_credits:
        conflict[SHARED] = True
    return conflict


def from_json(text: str | bytes, name: str) -> Answer:
    """The answer that one result states; its ``case`` and ``elapsed_ms`` are left out. Raises ``SourceError``."""
    keys = ("degrees", "joint_shortfall_ects", "proven", "shared", "moved", "idle_exceptions", "blocking")
    fields = read(text, name).fields(keys, ("case", "elapsed_ms"))
    return Answer(
        joint_shortfall_ects=_figure(fields["joint_shortfall_ects"]),
        proven=fields["proven"].flag(),
        degrees={id_: _degree_at(degree) for id_, degree in fields["degrees"].entries().items()},
        shared=_shared_at(fields["shared"]),
        moved=tuple(_moved_at(move) for move in fields["moved"].each()),
        idle_exceptions=tuple(position.whole() for position in fields["idle_exceptions"].each()),
        blocking=None if _is_null(fields["blocking"]) else _blocking_at(fields["blocking"]),
    )


def _is_null(place: Place) -> bool:
    return getattr(place.node, "text", None) == "null"


def _figure(place: Place) -> Decimal:
    if not FIGURE.fullmatch(place.words()):
        raise place.wrong(Message("a figure is expected here, such as 4.5"))
    return Decimal(place.words())


def _names(place: Place) -> tuple[str, ...]:
    return tuple(name.words() for name in place.each())


def _degree_at(place: Place) -> DegreeAnswer:
    keys = ("met", "met_alone", "shortfall_ects", "requirements", "limits", "claims", "free", "not_counted")
    fields = place.fields(keys)
    return DegreeAnswer(
        met=fields["met"].flag(),
        met_alone=fields["met_alone"].flag(),
        shortfall_ects=_figure(fields["shortfall_ects"]),
        requirements={id_: _outcome_at(outcome) for id_, outcome in fields["requirements"].entries().items()},
        limits={id_: _used_at(used) for id_, used in fields["limits"].entries().items()},
        claims={item: place.words() for item, place in fields["claims"].entries().items()},
        free=_reasons_at(fields["free"]),
        not_counted=_reasons_at(fields["not_counted"]),
    )


def _outcome_at(place: Place) -> Outcome:
    fields = place.fields(("met",), ("got", "needed", "items"))
    return Outcome(
        met=fields["met"].flag(),
        got=_figure(fields["got"]) if "got" in fields else None,
        needed=_figure(fields["needed"]) if "needed" in fields else None,
        items=_names(fields["items"]) if "items" in fields else (),
    )


def _used_at(place: Place) -> Used:
    fields = place.fields(("used", "at_most"), ("by",))
    by = {value: _figure(used) for value, used in fields["by"].entries().items()} if "by" in fields else None
    return Used(used=_figure(fields["used"]), at_most=_figure(fields["at_most"]), by=by)


def _reasons_at(place: Place) -> Mapping[str, Because]:
    return {item: _because_at(why) for item, why in place.entries().items()}


def _because_at(place: Place) -> Because:
    fields = place.fields(("because",), ("of",))
    return Because(because=fields["because"].words(), of=_names(fields["of"]) if "of" in fields else ())


def _shared_at(place: Place) -> Shared:
    fields = place.fields(("ects", "at_most", "works", "exempt"))
    return Shared(
        ects=_figure(fields["ects"]),
        at_most=None if _is_null(fields["at_most"]) else _figure(fields["at_most"]),
        works=_names(fields["works"]),
        exempt=_names(fields["exempt"]),
    )


def _moved_at(place: Place) -> Moved:
    fields = place.fields(("degree", "item", "from", "to"))
    return Moved(
        degree=fields["degree"].words(),
        item=fields["item"].words(),
        origin=fields["from"].words(),
        to=fields["to"].words(),
    )


def _blocking_at(place: Place) -> Blocking:
    fields = place.entries()
    return Blocking(
        nodes={degree: _names(nodes) for degree, nodes in fields.items() if degree not in {LIMITS, SHARED}},
        limits=_names(fields[LIMITS]) if LIMITS in fields else (),
        shared_credits=SHARED in fields and fields[SHARED].flag(),
    )
