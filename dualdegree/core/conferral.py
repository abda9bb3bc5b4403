"""When may both degrees be conferred, and what has changed since a registrar signed?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dualdegree.core.text import Message


class Gate(StrEnum):
    """How far the way to the official transcript is open."""

    NOT_MET = "not_met"
    TO_BE_SIGNED = "to_be_signed"
    SIGNED_BY_ONE = "signed_by_one"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One institution's sign-off as the gate sees it: the digest of the state that was signed."""

    institution: str
    digest: str


def gate(met: Mapping[str, bool], institutions: Sequence[str], digest: str, signatures: Sequence[Signature]) -> Gate:
    """How far the gate is open for a state with this ``digest``.

    ``met`` is each degree's own verdict in the official joint audit. A sign-off of any other state is void by itself:
    it is simply not a signature under this one.
    """
    if not met or not all(met.values()):
        return Gate.NOT_MET
    signed = {signature.institution for signature in signatures if signature.digest == digest}
    missing = [institution for institution in institutions if institution not in signed]
    if not missing:
        return Gate.OPEN
    return Gate.SIGNED_BY_ONE if len(missing) < len(institutions) else Gate.TO_BE_SIGNED


def differences(before: Any, after: Any, place: str = "") -> Iterator[Message]:
    """What changed from one state to another, place by place in the order of the states, as sentences.

    States are JSON values. Lists of objects with an ``id`` are compared by it, so that a new attempt reads as one
    sentence and not as a shift of all that follow.
    """
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _differences_of_objects(before, after, place)
    elif _by_id(before) is not None and _by_id(after) is not None:
        yield from _differences_of_objects(_by_id(before) or {}, _by_id(after) or {}, place)
    else:
        what = {"place": place, "before": _plain(before), "after": _plain(after)}
        yield Message("%(place)s was %(before)s and is now %(after)s.", what)


def _differences_of_objects(before: Mapping[str, Any], after: Mapping[str, Any], place: str) -> Iterator[Message]:
    for key in (*before, *(key for key in after if key not in before)):
        below = f"{place} › {key}" if place else key
        if key not in after:
            yield Message("%(place)s is no longer there.", {"place": below})
        elif key not in before:
            yield Message("%(place)s is new.", {"place": below})
        else:
            yield from differences(before[key], after[key], below)


def _by_id(value: Any) -> dict[str, Any] | None:
    if isinstance(value, list) and all(isinstance(item, Mapping) and "id" in item for item in value):
        return {str(item["id"]): item for item in value}
    return None


def _plain(value: Any) -> str:
    return "–" if value in (None, "", [], {}) else str(value)
