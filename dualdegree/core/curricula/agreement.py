"""What does the text of an agreement between two institutions say? It is read whole, or refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from dualdegree.core.audit.case.attempts import names
from dualdegree.core.audit.case.reading import read_shared_credits
from dualdegree.core.audit.case.rule_text import read_limit, read_text, unique
from dualdegree.core.audit.plan.question import StayChoice, TermLimit
from dualdegree.core.audit.plan.terms_text import read_same_terms, read_stays, read_term_limit
from dualdegree.core.audit.rules import Limit, Origin, Select, SharedCredits
from dualdegree.core.curricula.conversions import read_conversions
from dualdegree.core.curricula.curriculum import NOTES, read_notes
from dualdegree.core.grades import Conversion
from dualdegree.core.source.reading import read
from dualdegree.core.source.tree import Place
from dualdegree.core.text import Message, Text

AGREEMENT_KEYS = (
    "shared_credits",
    "excluded_tags",
    "recognition_limits",
    "grade_conversion",
    "conversions",
    "milestones",
    "terms",
    "conferral",
    *NOTES,
)
ANY = "any"
TERM_KEYS = ("same_terms", "term_limit_ects", "term_limit_courses", "one_place", "stays")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedTerms:
    """What was agreed on the terms of study, with which plans keep; as in a plan case."""

    same_terms: tuple[tuple[str, ...], ...] = ()
    """Names that the two calendars have for one time."""
    term_limit_ects: TermLimit = None
    term_limit_courses: TermLimit = None
    one_place: bool = False
    """Whether a student takes courses of one institution only in a term, remote ones apart."""
    stays: tuple[StayChoice, ...] = ()
    """One of these is to be chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What two institutions agreed on for a programme, in one version."""

    id: str
    programme: str
    version: str
    institutions: tuple[str, str]
    title: Text
    shared_credits: SharedCredits | None
    excluded_tags: Mapping[str, tuple[str, ...]]
    """Institution → tags of what is never recognised into its degree."""
    grade_conversion: Text
    milestones: tuple[str, ...]
    notes: Mapping[str, Text]
    conversions: tuple[Conversion, ...] = ()
    """How grades are converted, at most one for each direction; linear where nothing is said."""
    recognition_limits: Mapping[str, tuple[Limit, ...]] = field(default_factory=dict)
    """Institution → the most that may be recognised into its degree, over what its own curriculum says."""
    terms: AgreedTerms = field(default_factory=AgreedTerms)
    confers_first: str | None = None
    """The institution that confers its degree before the other may; None where either may."""


def read_agreement(text: str | bytes, name: str) -> Agreement:
    """The agreement that a text holds; ``name`` is what errors call it. Raises ``SourceError``, and nothing else."""
    must = ("agreement", "programme", "version", "institutions", "title")
    fields = read(text, name).fields(must, AGREEMENT_KEYS)
    institutions = names(fields["institutions"])
    if len(institutions) != 2:
        raise fields["institutions"].wrong(Message("an agreement is between two institutions; name both"))
    return Agreement(
        id=fields["agreement"].name(),
        programme=fields["programme"].name(),
        version=fields["version"].version_name(),
        institutions=(institutions[0], institutions[1]),
        title=read_text(fields["title"]),
        shared_credits=read_shared_credits(fields["shared_credits"]) if "shared_credits" in fields else None,
        excluded_tags=_excluded(fields["excluded_tags"], institutions) if "excluded_tags" in fields else {},
        grade_conversion=read_text(fields.get("grade_conversion")),
        milestones=names(fields.get("milestones")),
        notes=read_notes(fields),
        conversions=read_conversions(fields["conversions"], institutions) if "conversions" in fields else (),
        recognition_limits=_limits(fields["recognition_limits"], institutions)
        if "recognition_limits" in fields
        else {},
        terms=_terms(fields["terms"], institutions) if "terms" in fields else AgreedTerms(),
        confers_first=_first(fields["conferral"], institutions) if "conferral" in fields else None,
    )


def _excluded(place: Place, institutions: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {institution: names(tags) for institution, tags in place.fields((), institutions).items()}


def _limits(place: Place, institutions: tuple[str, ...]) -> dict[str, tuple[Limit, ...]]:
    """Limits on whatever they select among what is recognised; whole degrees, for an agreement knows no groups."""
    limits_by_institution: dict[str, tuple[Limit, ...]] = {}
    for institution, limits in place.fields((), institutions).items():
        unique(limit.entry("id") for limit in limits.each())
        limits_by_institution[institution] = tuple(map(_recognition_limit, limits.each()))
    return limits_by_institution


def _recognition_limit(place: Place) -> Limit:
    limit = read_limit(place)
    if limit.within is not None:
        raise place.entry("within").wrong(Message("an agreement knows no groups of a curriculum; take this key out"))
    recognised = Select(all=(Select(origin=(Origin.RECOGNISED,)), limit.select))
    return replace(limit, id=f"agreement/{limit.id}", select=recognised)


def _first(place: Place, institutions: tuple[str, ...]) -> str | None:
    """Which of the two confers first; ``any`` where either may."""
    first = place.fields(("first",))["first"].word((*institutions, ANY))
    return None if first == ANY else first


def _terms(place: Place, institutions: tuple[str, ...]) -> AgreedTerms:
    fields = place.fields((), TERM_KEYS)
    same_terms = read_same_terms(fields.get("same_terms"))
    terms = {name for group in same_terms for name in group}
    courses = read_term_limit(fields.get("term_limit_courses"), institutions, terms, lambda at: Decimal(at.whole()))
    return AgreedTerms(
        same_terms=same_terms,
        term_limit_ects=read_term_limit(fields.get("term_limit_ects"), institutions, terms, Place.credits),
        term_limit_courses=courses,
        one_place="one_place" in fields and fields["one_place"].flag(),
        stays=read_stays(fields.get("stays"), institutions),
    )
