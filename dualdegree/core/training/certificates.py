"""Does a language certificate count: is its level high enough, and was it valid on the day that matters?"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message, Text

SHOWN = 4
"""How many characters of a certificate's number are kept: enough to find the paper, too few to copy it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageScale:
    """A scale of levels, lowest first, such as the Common European Framework's or HSK's."""

    id: str
    title: Text
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageRule:
    """What one milestone of a curriculum asks: a language, with the least level on each scale that is taken.

    ``title`` is what the office calls it. ``valid_on`` says on which day a certificate must not have expired; None
    where expiry does not matter.
    """

    milestone: str
    title: Text
    language: str
    at_least: Mapping[str, str]
    valid_on: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRules:
    """What one institution asks of certificates; ``warn_days``: how long before its end a certificate is spoken of."""

    institution: str
    scales: Mapping[str, LanguageScale]
    asks: tuple[LanguageRule, ...]
    warn_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What a certificate says; ``number_end`` are the last characters of its number."""

    language: str
    scale: str
    level: str
    issuer: str
    number_end: str
    awarded_on: dt.date
    expires_on: dt.date | None


def number_end(number: str) -> str:
    """What is kept of a certificate's number: its last characters."""
    letters = "".join(letter for letter in number if letter.isalnum())
    return letters[-SHOWN:]


def scales_for(language: str, rules: Iterable[CertificateRules]) -> Mapping[str, LanguageScale]:
    """The scales on which certificates in this language are taken; of two by one id the first institution's."""
    known: dict[str, LanguageScale] = {}
    for side in rules:
        for rule in side.asks:
            if rule.language == language:
                known = {**{id_: side.scales[id_] for id_ in rule.at_least}, **known}
    return known


def languages_of(rules: Iterable[CertificateRules]) -> tuple[str, ...]:
    """The languages in which somebody asks for a certificate, in the order of the data."""
    return tuple(dict.fromkeys(rule.language for side in rules for rule in side.asks))


def refuse_unsound(certificate: CertificateFacts, rules: Iterable[CertificateRules], today: dt.date) -> None:
    """Refuse what no certificate can say. Raises ``Refusal`` about the value that is wrong."""
    scales = scales_for(certificate.language, rules)
    if not scales:
        raise Refusal(
            "No curriculum asks for a certificate in this language; choose one of the list.", about="language"
        )
    scale = scales.get(certificate.scale)
    if scale is None:
        known = tuple(other.title for other in scales.values())
        raise Refusal(
            "Certificates in this language are taken on these scales: %(scales)s.", {"scales": known}, about="level"
        )
    if certificate.level not in scale.levels:
        words = {"level": certificate.level or "–", "scale": scale.title, "levels": scale.levels}
        raise Refusal('"%(level)s" is no level of %(scale)s; its levels are %(levels)s.', words, about="level")
    if not certificate.issuer.strip():
        raise Refusal("Say who issued the certificate.", about="issuer")
    if certificate.awarded_on > today:
        raise Refusal("The day on which it was issued has not come yet; correct it.", about="awarded_on")
    if certificate.expires_on is not None and certificate.expires_on <= certificate.awarded_on:
        raise Refusal(
            "It would expire on %(end)s, which is not after the day on which it was issued, %(start)s.",
            {"end": certificate.expires_on, "start": certificate.awarded_on},
            about="expires_on",
        )


def is_expired(certificate: CertificateFacts, on: dt.date) -> bool:
    """Whether it had expired by that day; on its last day it is valid."""
    return certificate.expires_on is not None and certificate.expires_on < on


def asked_by(rules: CertificateRules, certificate: CertificateFacts) -> tuple[LanguageRule, ...]:
    """What the institution asks in this language, in the order of its data."""
    return tuple(rule for rule in rules.asks if rule.language == certificate.language)


def objection(
    certificate: CertificateFacts, rule: LanguageRule, rules: CertificateRules, on: dt.date
) -> Message | None:
    """Why the certificate does not count for this rule of the institution on that day, or None where it does."""
    least = rule.at_least.get(certificate.scale)
    scale = rules.scales.get(certificate.scale)
    if least is None or scale is None:
        return Message("Certificates on this scale are not taken for this.")
    if _height(scale, certificate.level) < _height(scale, least):
        words = {"level": certificate.level, "least": least, "scale": scale.title}
        return Message("%(level)s is below %(least)s, the least level that is asked for (%(scale)s).", words)
    if rule.valid_on is not None and is_expired(certificate, on):
        return Message(
            "It expired on %(end)s and has to be valid on %(day)s (%(when)s).",
            {"end": certificate.expires_on, "when": rule.valid_on, "day": on},
        )
    return None


def _height(scale: LanguageScale, level: str) -> int:
    return scale.levels.index(level) if level in scale.levels else -1
