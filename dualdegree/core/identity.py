"""What speaks for two registers' entries being one person, and what against? Evidence to be read; a person decides.

An identity document is known again by a keyed hash and its last characters: its number is never kept.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from dualdegree.core.text import folded

SHOWN = 4
"""How many characters of a document's number are kept as they are."""
SHORTEST, LONGEST = 6, 30
"""How many letters and digits a document's number has; of a shorter one its last characters would tell too much."""
HIDDEN = "····"
"""What stands for the first characters of a document's number wherever its end is shown."""
LONG_NUMBER = re.compile(r"[^\W\d]*[0-9](?:[\w-]*[0-9]){4,}\w*")
"""What may be the number of a document, wherever it stands."""
HAN = re.compile("[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
ORDINALS = "ªº"
"""Letters of no alphabet that abbreviated names are written with, as in ``Mª José``."""
PASSPORT_U = re.compile("(?<=[ln])yu|(?<=[ln])v(?![aeiou])")
"""How passports write ``ü``, which is folded to ``u``: ``Lyu`` and ``Lv`` are ``Lü``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentMark:
    """An identity document as it is kept: the hash by which the same one is known again, and its last characters."""

    digest: str
    last: str


def document_letters(number: str) -> str:
    """The letters and digits of a document's number, however it is written; "" where these are too few or too many."""
    plain = unicodedata.normalize("NFKC", number).upper()
    letters = "".join(letter for letter in plain if letter.isalnum())
    return letters if SHORTEST <= len(letters) <= LONGEST else ""


def document_mark(number: str, secret: str) -> DocumentMark:
    """What is kept of a document. ``secret`` is the installation's own and never changes: without it nobody can tell
    by trying numbers which one was meant.
    """
    letters = document_letters(number)
    digest = hmac.new(secret.encode(), letters.encode(), hashlib.sha256).hexdigest()
    return DocumentMark(digest=digest, last=letters[-SHOWN:])


def hidden(number: str) -> str:
    """A document's number as it may be shown: its last characters alone, and none of what is no such number."""
    if not number or number.startswith(HIDDEN):
        return number
    return HIDDEN + document_letters(number)[-SHOWN:]


def without_numbers(text: str) -> str:
    """A text of which nobody knows what it holds, with everything hidden in it that may be a document's number."""
    return LONG_NUMBER.sub(lambda number: hidden(number[0]), text)


def has_han(name: str) -> bool:
    """Whether Chinese characters stand in a name."""
    return HAN.search(name) is not None


def in_latin(name: str) -> bool:
    """Whether every letter of a name is a Latin one, as in passports."""
    return all(_is_latin(letter) for letter in name if unicodedata.category(letter) in {"Lu", "Ll", "Lt", "Lo"})


def in_han(name: str) -> bool:
    """Whether every letter of a name is a Chinese character."""
    return all(HAN.match(letter) for letter in name if unicodedata.category(letter) in {"Lu", "Ll", "Lt", "Lo"})


def _is_latin(letter: str) -> bool:
    return letter in ORDINALS or unicodedata.name(letter, "").startswith("LATIN")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredPerson:
    """What one register says of a person. ``others`` are former names and other spellings, in either script."""

    family_name: str
    given_name: str
    han_name: str = ""
    others: tuple[str, ...] = ()
    birth_date: str
    """An ISO day."""
    nationality: str
    document: str | None = None
    """The digest of the identity document; None where the register does not tell it."""


class Trait(StrEnum):
    """What two registers' words about a person are compared by, the strongest first."""

    DOCUMENT = "document"
    BIRTH_DATE = "birth date"
    LATIN_NAME = "latin name"
    HAN_NAME = "han name"
    OTHER_NAME = "other name"
    NATIONALITY = "nationality"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEvidence:
    """In which traits two registers agree and in which they differ; what only one of them tells is in neither."""

    agrees: tuple[Trait, ...]
    differs: tuple[Trait, ...]

    @property
    def is_likely(self) -> bool:
        """Whether a person should look at both: one document, or one birth date and one name. Never a name alone."""
        named = {Trait.LATIN_NAME, Trait.HAN_NAME, Trait.OTHER_NAME} & set(self.agrees)
        return Trait.DOCUMENT in self.agrees or (Trait.BIRTH_DATE in self.agrees and bool(named))


def evidence(first: RegisteredPerson, second: RegisteredPerson) -> PersonEvidence:
    """In what the two agree and differ.

    Latin names are compared whatever the order, case, accents and blanks; Han names only with Han names, character by
    character: whether characters and letters are one name cannot be decided. Another spelling is named only where it
    is what makes the two agree.
    """
    told = dict(_compared(first, second))
    named = told[Trait.LATIN_NAME] or told[Trait.HAN_NAME]
    if not named and _names(first) & _names(second):
        told[Trait.OTHER_NAME] = True
    return PersonEvidence(
        agrees=tuple(trait for trait in Trait if told.get(trait) is True),
        differs=tuple(trait for trait in Trait if told.get(trait) is False),
    )


def _compared(first: RegisteredPerson, second: RegisteredPerson) -> Iterator[tuple[Trait, bool | None]]:
    yield Trait.DOCUMENT, first.document == second.document if first.document and second.document else None
    yield Trait.BIRTH_DATE, first.birth_date == second.birth_date
    yield Trait.LATIN_NAME, bool(_latin(first) & _latin(second))
    both = first.han_name and second.han_name
    yield Trait.HAN_NAME, folded(first.han_name) == folded(second.han_name) if both else None
    yield Trait.NATIONALITY, first.nationality == second.nationality


def _names(person: RegisteredPerson) -> set[str]:
    others = (key for name in person.others for key in _keys(name.replace(",", " ").split()))
    return {*_latin(person), *_keys([person.han_name]), *others} - {""}


def _latin(person: RegisteredPerson) -> set[str]:
    return _keys([person.family_name, person.given_name]) - {""}


def _keys(parts: Iterable[str]) -> set[str]:
    """A name's letters in each order in which registers write it: as given, turned round, and word by word sorted."""
    words = [_letters(part) for part in parts]
    single = sorted(word for part in parts for word in map(_letters, part.replace("-", " ").split()))
    return {"".join(words), "".join(reversed(words)), "".join(single)}


def _letters(name: str) -> str:
    return PASSPORT_U.sub("u", folded(name))
