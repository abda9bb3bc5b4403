"""Who is an institution to this system, and what do its own exports look like? Its profile, read from its YAML file.

The column names of an export live here and not in code, so that an office can change them when its register does.
"""

import codecs
import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol, cast

import re2

from dualdegree.core.audit.explain.words import NO_LANGUAGE
from dualdegree.core.enrolment import EnrolmentState, LongestDuration
from dualdegree.core.grades import SCALES
from dualdegree.core.grades.means import Fails, MeanMethod
from dualdegree.core.records import LISTED, RegisterMark
from dualdegree.core.source.reading import Place, SourceError, read
from dualdegree.core.source.tree import Scalar
from dualdegree.core.text import Message, Text
from dualdegree.core.training.certificates import CertificateRules
from dualdegree.core.training.theses import ThesisRules
from dualdegree.programmes.institutions.certificates import read_certificates
from dualdegree.programmes.institutions.conferring import Conferring, read_conferring
from dualdegree.programmes.institutions.deadlines import Deadlines, read_deadlines
from dualdegree.programmes.institutions.enrolments import HoldKind, read_holds, read_longest
from dualdegree.programmes.institutions.mobility import Mobility, read_mobility
from dualdegree.programmes.institutions.procedures import (
    Decider,
    Exceptions,
    Recognitions,
    read_exceptions,
    read_recognitions,
    read_text_here,
)
from dualdegree.programmes.institutions.theses import read_theses
from dualdegree.programmes.institutions.training import Training, read_training

__all__ = ["Decider", "Exceptions", "Layout", "Profile", "Recognitions", "SourceError", "read_profile"]

TEXTS = ("names", "place", "office", "credit_unit")
KINDS = ("roster", "grades", "milestones", "offers")
FORMATS = ("csv", "txt", "tsv", "xlsx", "xls")
"""How the name of a table ends: a text with separators, or a spreadsheet."""
DELIMITERS = (",", ";", "\t", "|")
MAPPINGS = ("statuses", "sittings")
MARKED = ("grade", "label", "note", "character")
"""The fields in which a register marks a row, unless the profile says which."""
MOST_DECIMALS = 4
LONGEST_PATTERN = 200
PATTERN_MEMORY = 1 << 20
"""How many bytes a compiled pattern may take."""


class TermPattern(Protocol):
    """A pattern of RE2, which reads any text in time proportional to its length: none of them can run for ever."""

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """The parts of a term, if the whole text is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What one kind of file from this register looks like.

    ``columns`` is field → heading, ``also`` what else a column is headed with; ``values`` is field → (what the register
    writes → what it means here); ``statuses`` is what it writes instead of a grade → status; ``sittings`` is its word
    for a sitting → half of the year.
    """

    formats: tuple[str, ...] = FORMATS
    encodings: tuple[str, ...] = ("utf-8-sig",)
    delimiter: str = ","
    decimal: str = "."
    columns: Mapping[str, str]
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: str = "%Y-%m-%d"
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    term: TermPattern | None = None
    sittings: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, RegisterMark] = field(default_factory=dict)
    """The register's word beside a result → what it means: recognised, exempted, a resit, compensated ..."""
    marks_in: tuple[str, ...] = ()
    """The fields in which those words stand."""

    def headings(self, name: str) -> tuple[str, ...]:
        """Every heading under which the field's column may stand."""
        return self.columns[name], *self.also.get(name, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalences:
    """What the institution asks of equivalences into its degree.

    ``match_at_least`` is the least match of content and workload in per cent, None where it sets none; ``in_mobility``
    are the tags of kinds that the agreement excludes and that it recognises when they were done in mobility.
    """

    match_at_least: Decimal | None = None
    in_mobility: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What ``institution.yaml`` says."""

    institution: str
    names: Text
    short_names: Text
    """What badges and narrow columns call it; one text for all languages where the profile has no more."""
    country: str
    place: Text
    office: Text
    time_zone: zoneinfo.ZoneInfo
    credit_unit: Text
    grade_scale: str
    demonstration: bool
    imports: Mapping[str, Layout]
    exceptions: Exceptions | None
    """None where the institution makes no exceptions."""
    recognition: Recognitions | None
    """None where the institution decides on no requests for recognition."""
    mobility: Mobility | None
    """None where it tells nobody's system of stays."""
    equivalences: Equivalences = Equivalences()
    theses: ThesisRules | None = None
    """None where it records no theses here."""
    certificates: CertificateRules | None = None
    """None where it asks for no language certificates."""
    training: Training | None = None
    """None where the institution keeps no placements here."""
    longest: LongestDuration | None = None
    """How long one may be enrolled; None where there is no end."""
    holds: Mapping[str, HoldKind] = field(default_factory=dict)
    deadlines: Deadlines = field(default_factory=Deadlines)
    conferring: Conferring | None = None
    """None where no degrees of the institution are decided on here."""
    mean: MeanMethod | None = None
    """How it takes the mean of its own record; None where it shows none."""


def read_profile(text: str | bytes, name: str) -> Profile:
    """The profile that ``text`` states; ``name`` is the file's, for errors.

    Raises ``SourceError`` naming file, line and key for whatever is not a sound profile.
    """
    top = read(text, name)
    fields = top.fields(
        ("institution", "names", "short_name", "country", "grade_scale", "time_zone", "credit_unit"),
        (
            *("place", "office", "demonstration", "imports", "exceptions", "equivalences", "recognition", "mobility"),
            *("training", "theses", "certificates", "enrolment", "holds", "deadlines", "conferral", "mean"),
        ),
    )
    institution = _matching(fields["institution"], r"[a-z0-9][a-z0-9.-]{0,63}", "upv.es")
    texts = {key: read_text_here(fields[key]) if key in fields else {} for key in TEXTS}
    return Profile(
        institution=institution,
        names=texts["names"],
        short_names=_short_names(fields["short_name"]),
        country=_matching(fields["country"], "[A-Z]{2}", "ES"),
        place=texts["place"],
        office=texts["office"],
        time_zone=_zone(fields["time_zone"]),
        credit_unit=texts["credit_unit"],
        grade_scale=fields["grade_scale"].word(tuple(SCALES)),
        demonstration=fields["demonstration"].flag() if "demonstration" in fields else False,
        imports=_imports(fields["imports"]) if "imports" in fields else {},
        exceptions=read_exceptions(fields["exceptions"]) if "exceptions" in fields else None,
        recognition=read_recognitions(fields["recognition"]) if "recognition" in fields else None,
        mobility=read_mobility(fields["mobility"]) if "mobility" in fields else None,
        equivalences=_equivalences(fields["equivalences"]) if "equivalences" in fields else Equivalences(),
        theses=read_theses(fields["theses"], institution) if "theses" in fields else None,
        certificates=read_certificates(fields["certificates"], institution) if "certificates" in fields else None,
        training=read_training(fields["training"]) if "training" in fields else None,
        longest=read_longest(fields["enrolment"]) if "enrolment" in fields else None,
        holds=read_holds(fields["holds"]) if "holds" in fields else {},
        deadlines=read_deadlines(fields["deadlines"]) if "deadlines" in fields else Deadlines(),
        conferring=read_conferring(fields["conferral"]) if "conferral" in fields else None,
        mean=_mean(fields["mean"]) if "mean" in fields else None,
    )


def _mean(place: Place) -> MeanMethod:
    fields = place.fields(("decimals",), ("fails", "without_tags", "without_marks", "source"))
    decimals = fields["decimals"].whole()
    if decimals > MOST_DECIMALS:
        raise fields["decimals"].wrong(Message("a mean has at most %(most)s decimals", {"most": str(MOST_DECIMALS)}))
    marks = tuple(mark.word(tuple(RegisterMark)) for mark in _each(fields, "without_marks"))
    return MeanMethod(
        decimals=decimals,
        fails=Fails(fields["fails"].word(tuple(Fails))) if "fails" in fields else Fails.NONE,
        without_tags=_names(fields, "without_tags"),
        without_marks=marks,
        source=read_text_here(fields["source"]) if "source" in fields else {},
    )


def _short_names(place: Place) -> Text:
    """One name for every reader, or one for each language."""
    return {NO_LANGUAGE: place.name()} if isinstance(place.node, Scalar) else read_text_here(place)


def _matching(place: Place, pattern: str, example: str) -> str:
    if not re.fullmatch(pattern, place.name()):
        wrong = Message(
            '"%(text)s" does not have the right form; write it like %(example)s',
            {"text": place.name(), "example": example},
        )
        raise place.wrong(wrong)
    return place.name()


def _zone(place: Place) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(place.name())
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        wrong = Message('"%(text)s" is not a known time zone; write one such as Europe/Madrid', {"text": place.name()})
        raise place.wrong(wrong) from None


def _equivalences(place: Place) -> Equivalences:
    fields = place.fields((), ("match_at_least", "in_mobility"))
    least = fields["match_at_least"].number() if "match_at_least" in fields else None
    if least is not None and least > 100:
        raise fields["match_at_least"].wrong(Message("at most 100 per cent can match"))
    return Equivalences(match_at_least=least, in_mobility=_names(fields, "in_mobility"))


def _imports(place: Place) -> Mapping[str, Layout]:
    return {kind: _layout(layout) for kind, layout in place.fields((), KINDS).items()}


def _layout(place: Place) -> Layout:
    optional = ("formats", "encodings", "delimiter", "decimal", "dates", "values", "term", "recognised")
    fields = place.fields(("columns",), (*optional, "recognised_in", "marks", "marks_in", *MAPPINGS))
    headings = _headings(fields["columns"])
    plain = Layout(columns={key: known[0] for key, known in headings.items()})
    return Layout(
        columns=plain.columns,
        also={key: known[1:] for key, known in headings.items() if known[1:]},
        formats=tuple(value.word(FORMATS) for value in fields["formats"].each())
        if "formats" in fields
        else plain.formats,
        encodings=tuple(map(_encoding, fields["encodings"].each())) if "encodings" in fields else plain.encodings,
        delimiter=fields["delimiter"].word(DELIMITERS) if "delimiter" in fields else plain.delimiter,
        decimal=fields["decimal"].word((".", ",")) if "decimal" in fields else plain.decimal,
        dates=fields["dates"].name() if "dates" in fields else plain.dates,
        values=_values(fields["values"]) if "values" in fields else {},
        term=_term(fields["term"]) if "term" in fields else None,
        sittings=_words(fields["sittings"]) if "sittings" in fields else {},
        statuses=_statuses(fields["statuses"]) if "statuses" in fields else {},
        marks=_marks(fields),
        marks_in=_marks_in(fields, tuple(plain.columns)),
    )


def _marks(fields: Mapping[str, Place]) -> Mapping[str, RegisterMark]:
    """Each mark and its meaning; those under ``recognised`` are recognitions, unless ``values: listing`` says else."""
    listing = fields["values"].entries().get("listing") if "values" in fields else None
    kinds = {word: kind.word(LISTED) for word, kind in listing.entries().items()} if listing else {}
    named = {word: RegisterMark(kinds.get(word, RegisterMark.RECOGNISED)) for word in _names(fields, "recognised")}
    every = fields["marks"].entries() if "marks" in fields else {}
    return {**named, **{word: RegisterMark(meaning.word(tuple(RegisterMark))) for word, meaning in every.items()}}


def _marks_in(fields: Mapping[str, Place], columns: tuple[str, ...]) -> tuple[str, ...]:
    """The fields that are named, or else every one in which a register writes such words."""
    known = tuple(value.word(columns) for key in ("recognised_in", "marks_in") for value in _each(fields, key))
    if known or "marks" not in fields:
        return tuple(dict.fromkeys(known))
    return tuple(name for name in MARKED if name in columns)


def _headings(place: Place) -> Mapping[str, tuple[str, ...]]:
    """Field → its headings, one or a list of them; two fields cannot be read from one column."""
    columns: dict[str, tuple[str, ...]] = {}
    for key, headed in place.entries().items():
        known: list[str] = []
        for heading in headed.one_or_more():
            if heading.name() in (*known, *(name for names in columns.values() for name in names)):
                raise heading.wrong(Message('"%(header)s" is already another column', {"header": heading.name()}))
            known.append(heading.name())
        columns[key] = tuple(known)
    return columns


def _encoding(place: Place) -> str:
    try:
        return codecs.lookup(place.name()).name
    except LookupError:
        wrong = Message('"%(text)s" is not a known encoding; write one such as utf-8-sig', {"text": place.name()})
        raise place.wrong(wrong) from None


def _term(place: Place) -> TermPattern:
    """How the register writes a term: a pattern that captures the academic year, and perhaps the half."""
    pattern = place.fields(("pattern",))["pattern"]
    if len(pattern.name()) > LONGEST_PATTERN:
        raise pattern.wrong(
            Message("no term needs a pattern of more than %(most)s characters", {"most": str(LONGEST_PATTERN)})
        )
    options = re2.Options()
    options.log_errors, options.max_mem = False, PATTERN_MEMORY
    try:
        compiled = re2.compile(pattern.name(), options)
    except re2.error as error:
        problem = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise pattern.wrong(Message("this is not a pattern: %(problem)s", {"problem": problem})) from None
    if "year" not in compiled.groupindex:
        raise pattern.wrong(Message("the pattern must capture the year: (?P<year>20[0-9]{2})"))
    return cast("TermPattern", compiled)


def _statuses(place: Place) -> Mapping[str, str]:
    known = ("failed", "in_progress", "planned", "withdrawn", "deferred", "absent")
    return {key: status.word(known) for key, status in place.entries().items()}


def _values(place: Place) -> Mapping[str, Mapping[str, str]]:
    """What each field's words mean; the states of an enrolment are the same for everybody."""
    values = place.entries()
    if "state" in values:
        for state in values["state"].entries().values():
            state.word(tuple(EnrolmentState))
    return {key: _words(words) for key, words in values.items()}


def _words(place: Place) -> Mapping[str, str]:
    return {key: words.name() for key, words in place.entries().items()}


def _each(fields: Mapping[str, Place], key: str) -> tuple[Place, ...]:
    return fields[key].each() if key in fields else ()


def _names(fields: Mapping[str, Place], key: str) -> tuple[str, ...]:
    return tuple(place.name() for place in _each(fields, key))
