"""What is refused before any page sees it? Other names than the system's own, and signs that no text has.

A NUL ends a text on PostgreSQL with an error, and control characters make two texts look alike that are not. Refused
here once, no page, form or service has to ask again.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, request

from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message

UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, but for those of which texts of several lines are made, and halves of characters."""


def init_app(app: Flask) -> None:
    """Stand at the door, before forms are protected or parsed by anybody else."""
    app.before_request(refuse_other_hosts)
    app.before_request(refuse_unseen_signs)


def refuse_other_hosts() -> None:
    """Raise ``Refusal`` when the reader calls this system by a name that is not its own.

    Whoever makes a reader's browser do so would have pages and caches hold addresses that lead elsewhere. Any name will
    do where the setting ``HOSTS`` is None.
    """
    allowed: frozenset[str] | None = current_app.config.get("HOSTS")
    if allowed is not None and (urlsplit(f"//{request.host}").hostname or "") not in allowed:
        raise Refusal(
            "This system does not answer to the name by which your browser asked for it; use the address that your "
            "university gave you. Whoever runs it sets that address as PUBLIC_URL, and further names as TRUSTED_HOSTS."
        )


def refuse_unseen_signs() -> None:
    """Raise ``Refusal`` when the address, a form, JSON or the name of a file holds control characters."""
    if any(map(UNSEEN.search, _texts())):
        raise Refusal(
            Message(
                "What you sent holds a control character, which no text here may have: it often comes along when text "
                "is copied from a PDF or another program. Type that part anew, or paste it as plain text."
            )
        )


def _texts() -> Iterator[str]:
    """Everything that was sent as text, names and values alike."""
    yield from (str(value) for value in (request.view_args or {}).values())
    yield from _pairs(request.args.items(multi=True))
    yield from _pairs(request.form.items(multi=True))
    yield from _pairs((field, file.filename or "") for field, file in request.files.items(multi=True))
    yield from _in_json(request.get_json(silent=True) if request.is_json else None)


def _pairs(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, value in pairs:
        yield name
        yield value


def _in_json(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, part in value.items():
                yield name
                yield from _in_json(part)
        case list():
            for part in value:
                yield from _in_json(part)
        case _:
            return
