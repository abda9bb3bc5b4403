"""What speaks for two registers' entries being one person, and what against? Evidence to be read; a person decides."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from dualdegree.core.text import folded

PASSPORT_U = re.compile("(?<=[ln])yu|(?<=[ln])v(?![aeiou])")
"""How passports write ``ü``, which is folded to ``u``: ``Lyu`` and ``Lv`` are ``Lü``."""


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
    compared = dict(_compared(first, second))
    named = compared[Trait.LATIN_NAME] or compared[Trait.HAN_NAME]
    if not named and _names(first) & _names(second):
        compared[Trait.OTHER_NAME] = True
    return PersonEvidence(
        agrees=tuple(trait for trait in Trait if compared.get(trait) is True),
        differs=tuple(trait for trait in Trait if compared.get(trait) is False),
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
