"""What do partners' systems have to be told of an institution when one of its students goes abroad, or one comes?"""

import re
from dataclasses import dataclass

from dualdegree.core.source.reading import Place
from dualdegree.core.text import Message

LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2", "NS")
"""Levels of the Common European Framework; NS is a native speaker's."""
ISCED = re.compile(r"[0-9]{2,4}", re.ASCII)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mobility:
    """The unit that is responsible and whom to ask there; the degree's field (ISCED-F) and level (EQF); the language of
    instruction (BCP 47), and the level that whoever comes has in it.
    """

    unit: str
    given_names: str
    family_name: str
    email: str
    isced: str
    eqf: int
    language: str
    cefr: str


def read_mobility(place: Place) -> Mobility:
    """What the profile says of stays; raises ``SourceError``."""
    fields = place.fields(("unit", "contact", "isced", "eqf", "language", "cefr"))
    contact = fields["contact"].fields(("given_names", "family_name", "email"))
    if not 1 <= fields["eqf"].whole() <= 8:
        raise fields["eqf"].wrong(Message("a level of the European Qualifications Framework lies between 1 and 8"))
    return Mobility(
        unit=fields["unit"].name(),
        given_names=contact["given_names"].name(),
        family_name=contact["family_name"].name(),
        email=_like(contact["email"], EMAIL, "office@upv.es"),
        isced=_like(fields["isced"], ISCED, "0613"),
        eqf=fields["eqf"].whole(),
        language=_like(fields["language"], LANGUAGE, "es"),
        cefr=fields["cefr"].word(LEVELS),
    )


def _like(place: Place, pattern: re.Pattern[str], example: str) -> str:
    if not pattern.fullmatch(place.name()):
        wrong = Message(
            '"%(text)s" does not have the right form; write it like %(example)s',
            {"text": place.name(), "example": example},
        )
        raise place.wrong(wrong)
    return place.name()
