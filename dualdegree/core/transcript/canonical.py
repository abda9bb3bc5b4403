"""Which bytes are a transcript, and what is their digest? One value has one spelling, and reads back as itself.

Canonical JSON: UTF-8, keys sorted, no blanks, figures and dates as strings, every field present.
"""

import dataclasses
import datetime as dt
import json
import types
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from dualdegree.core.credit import figure
from dualdegree.core.text import LANGUAGES
from dualdegree.core.transcript.value import Content, Transcript

FORMAT = "dualdegree-transcript-2"
FIRST_FORMAT = "dualdegree-transcript-1"
"""What was issued before agreements and decisions were named in words; such documents are read for ever."""

V = TypeVar("V", Content, Transcript)


class NotATranscript(ValueError):
    """The bytes are not canonical bytes of a transcript of this format."""


def canonical(value: Content | Transcript) -> bytes:
    """The one spelling of ``value``; equal values have equal bytes."""
    document = {"format": FORMAT, "is": type(value).__name__, "value": _plain(value)}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: Content | Transcript) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return sha256(canonical(value)).hexdigest()


def from_bytes(data: bytes, kind: type[V]) -> V:
    """The ``Content`` or ``Transcript`` whose canonical bytes these are.

    Raises ``NotATranscript`` for anything else, also for the same value spelled differently.
    """
    try:
        document = json.loads(data)
        is_first = document["format"] == FIRST_FORMAT
        value: V = _read(kind, _renewed(document["value"]) if is_first else document["value"])
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation, RecursionError) as error:
        raise NotATranscript(f"These bytes are not a {kind.__name__.lower()} of {FORMAT}: {error}") from error
    # Of the first format nobody can ask for today's spelling.
    if not is_first and canonical(value) != data:
        raise NotATranscript("These bytes are not canonical: the same transcript is spelled differently.")
    return value


def _renewed(value: Any) -> Any:
    """A value of the first format in the shape of today's; its keys stand where words stand now."""
    content = dict(value.get("content", value))
    content |= {"agreement": dict.fromkeys(LANGUAGES, content["agreement"]), "agreement_version": ""}
    content["degrees"] = [
        {name: item for name, item in degree.items() if name != "requirements_met_on"} for degree in content["degrees"]
    ]
    content["recognitions"] = [
        {**recognition, "decision": dict.fromkeys(LANGUAGES, recognition["decision"])}
        for recognition in content["recognitions"]
    ]
    return {**value, "content": content} if "content" in value else content


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | str():
            return value.value if isinstance(value, StrEnum) else value
        case Decimal():
            return figure(value)
        case dt.date():
            return value.isoformat()
        case tuple():
            return [_plain(item) for item in value]
        case Mapping():
            return dict(value)
        case _:
            return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}


def _read(kind: Any, plain: Any) -> Any:
    """``plain`` as the annotation ``kind`` says; the shapes are those of ``value.py`` and no others."""
    if isinstance(kind, types.UnionType):
        return None if plain is None else _read(get_args(kind)[0], plain)
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], item) for item in _checked(list, plain))
    if get_origin(kind) is Mapping:
        return {str(key): _checked(str, text) for key, text in _checked(dict, plain).items()}
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], item) for name, item in _checked(dict, plain).items()})
    if kind is dt.date:
        return dt.date.fromisoformat(plain)
    if kind in (bool, str):
        return _checked(kind, plain)
    return kind(_checked(str, plain))


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _checked(kind: type, plain: Any) -> Any:
    if not isinstance(plain, kind):
        raise TypeError(f"{plain!r} stands where {kind.__name__} belongs")
    return plain
