"""How are words kept before their reader's language is known?"""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from dualdegree.core.text import Country, InstitutionName, Language, Message

KEPT: Mapping[type, str] = {Decimal: "decimal", dt.datetime: "moment", dt.date: "day"}
"""What JSON has no word for, and the word under which it is kept."""
READ: Mapping[str, Callable[[str], object]] = {
    "decimal": Decimal,
    "moment": dt.datetime.fromisoformat,
    "day": dt.date.fromisoformat,
    "country": Country,
    "language": Language,
    "institution": InstitutionName,
}


def kept(message: Message) -> dict[str, Any]:
    """The message as JSON values. Raises TypeError for a parameter that cannot be kept."""
    return {"id": message.id, "params": {name: _kept(value) for name, value in (message.params or {}).items()}}


def restored(stored: Mapping[str, Any]) -> Message:
    """The message that ``kept`` was given."""
    return Message(stored["id"], {name: _restored(value) for name, value in stored["params"].items()} or None)


def _kept(value: object) -> object:
    match value:
        case Message():
            return {"message": kept(value)}
        case Mapping():
            return {"text": dict(value)}
        case tuple() | list():
            return {"several": [_kept(part) for part in value]}
        case str() | int():
            return value
        case Country(code=code):
            return {"country": code}
        case Language(code=code):
            return {"language": code}
        case InstitutionName(id=id_):
            return {"institution": id_}
        case Decimal() | dt.date():
            return {KEPT[type(value)]: str(value) if isinstance(value, Decimal) else value.isoformat()}
        case _:
            raise TypeError(f"a notice cannot keep a {type(value).__name__}")


def _restored(value: Any) -> object:
    if not isinstance(value, Mapping):
        return value
    ((kind, content),) = value.items()
    match kind:
        case "message":
            return restored(content)
        case "text":
            return content
        case "several":
            return tuple(_restored(part) for part in content)
        case _:
            return READ[kind](content)
