"""What does an institution ask of language certificates? The part of its profile that says so."""

from collections.abc import Mapping

from dualdegree.core.source.reading import Place
from dualdegree.core.text import Message
from dualdegree.core.training.certificates import CertificateRules, LanguageRule, LanguageScale
from dualdegree.programmes.institutions.procedures import read_text_here

WARN_DAYS = 90


def read_certificates(place: Place, institution: str) -> CertificateRules:
    """Scales, and what each milestone asks on them; raises ``SourceError``."""
    fields = place.fields(("scales", "asks"), ("warn_days",))
    scales = {id_: _scale(id_, scale) for id_, scale in fields["scales"].entries().items()}
    return CertificateRules(
        institution=institution,
        scales=scales,
        asks=tuple(_rule(rule, scales) for rule in fields["asks"].each()),
        warn_days=fields["warn_days"].whole() if "warn_days" in fields else WARN_DAYS,
    )


def _scale(id_: str, place: Place) -> LanguageScale:
    fields = place.fields(("title", "levels"))
    levels = tuple(level.name() for level in fields["levels"].each())
    if not levels or len(set(levels)) < len(levels):
        raise fields["levels"].wrong(Message("name each level once, the lowest first"))
    return LanguageScale(id=id_, title=read_text_here(fields["title"]), levels=levels)


def _rule(place: Place, scales: Mapping[str, LanguageScale]) -> LanguageRule:
    fields = place.fields(("milestone", "title", "language", "at_least"), ("valid_on",))
    given = fields["at_least"].fields((), tuple(scales))
    at_least = {id_: level.word(scales[id_].levels) for id_, level in given.items()}
    if not at_least:
        raise fields["at_least"].wrong(Message("say the least level on at least one scale, such as {cefr: B2}"))
    return LanguageRule(
        milestone=fields["milestone"].name(),
        title=read_text_here(fields["title"]),
        language=fields["language"].name(),
        at_least=at_least,
        valid_on=read_text_here(fields["valid_on"]) if "valid_on" in fields else None,
    )
