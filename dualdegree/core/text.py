"""How does a text exist in several languages, and how are words said before the reader's language is known?"""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

LANGUAGES = ("zh_Hans", "en", "es")
"""The languages of documents and pages, as CLDR locale ids, in the order in which documents print them."""

Text = Mapping[str, str]
"""A text per language: CLDR locale id → words. What it lacks is missing, never guessed."""


@dataclass(frozen=True, slots=True)
class Message:
    """Words without a locale yet: an English msgid of the catalogue, and what fills its ``%(name)s`` places.

    A parameter that is itself a ``Message`` (or a tuple of them) is translated first, then put in its place; a ``Text``
    is said in the reader's language, a ``Decimal`` as the reader writes figures.
    ``pybabel extract`` knows the class as a keyword, so the msgid is always a literal.
    """

    id: str
    params: Mapping[str, object] | None = None

    def __str__(self) -> str:
        """The sentence in English, for logs, the command line and tests."""
        return self.id % {key: _plain(value) for key, value in (self.params or {}).items()} if self.params else self.id


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166 code; whoever knows a locale has the word for it."""

    code: str

    def __str__(self) -> str:
        """The code, for logs and tests."""
        return self.code


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its CLDR locale id; whoever knows a locale has the word for it."""

    code: str

    def __str__(self) -> str:
        """The id, for logs and tests."""
        return self.code


@dataclass(frozen=True, slots=True)
class InstitutionName:
    """An institution by its id; whoever can read the profiles has its name."""

    id: str

    def __str__(self) -> str:
        """The id, for logs and tests."""
        return self.id


def _plain(value: object) -> str:
    match value:
        case tuple():
            return ", ".join(map(_plain, value))
        case Mapping():
            return say(value, "en")
        case Decimal():
            return f"{value.normalize():f}"
        case _:
            return str(value)


def text_key(text: Text) -> str:
    """What tells a text from any other: its words in every language, in one order."""
    return json.dumps(dict(sorted(text.items())), ensure_ascii=False)


def say(text: Text, language: str) -> str:
    """The text in ``language``, else in English, else in the first language it has, else ``""``.

    For reading on a screen. An official document never falls back: see ``core.transcript``.
    """
    return text.get(language) or text.get("en") or next((text[key] for key in sorted(text)), "")


def folded(text: str) -> str:
    """Its letters and digits alone, without case, accents and width: what two ways of writing one name share."""
    spread = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in spread if letter.isalnum())
