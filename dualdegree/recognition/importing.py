"""How does an equivalence table come in from its file? Checked against curricula and agreement, then proposed."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import orm

from dualdegree.core.audit.curriculum import Agreement, Course, Curriculum
from dualdegree.core.audit.equivalences import Entry, EquivalenceTable, Source, Target, read_equivalences
from dualdegree.core.audit.rules import Courses, Credits, Origin, nodes
from dualdegree.core.audit.source import Place, SourceError
from dualdegree.core.credit import figure
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.text import Message
from dualdegree.programmes.importing import programmes_of
from dualdegree.programmes.offering import Fate, Offer, Preview, offered, previewed, propose, rejected
from dualdegree.programmes.service import agreement_in_force, agreements, curriculum_versions
from dualdegree.programmes.texts import agreed, curriculum_of
from dualdegree.recognition.models import EquivalenceVersion
from dualdegree.recognition.reading import ects_of
from dualdegree.recognition.service import equivalences, table_of

FAR = Decimal("1.5")
"""Credits granted are far from credits earned when, in agreed ECTS, one is more than this many times the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What a table is checked against: the agreement, and every version of both sides' curricula by institution."""

    parties: tuple[str, str]
    agreement: Agreement
    curricula: Mapping[str, tuple[Curriculum, ...]]

    def courses(self, institution: str, code: str) -> tuple[Course, ...]:
        """The course as each version of that side has it."""
        return tuple(one.courses[code] for one in self.curricula.get(institution, ()) if code in one.courses)


def import_equivalences(
    session: orm.Session,
    institution_id: str,
    text: str | bytes,
    name: str,
    *,
    actor: Actor,
    at: dt.datetime,
    confirm: bool,
) -> Preview:
    """A version of the equivalence table from its file, proposed by one party; nothing is stored unless ``confirm``.

    The counts are of entries, compared with the same version as stored, else with the latest other one. Raises
    ``Unreadable``, ``NotAllowed``.
    """
    require(actor, Permission.IMPORT_FILES, of_institutions(institution_id))

    def take() -> Preview:
        offer = offered(text, name, institution=institution_id, actor=actor, at=at, confirm=confirm)
        return _take(session, offer, read_equivalences(text, name))

    return previewed(take)


def _take(session: orm.Session, offer: Offer, table: EquivalenceTable) -> Preview:
    programme = _programme(session, offer.place, offer.institution, table.programme)
    if wrong := tuple(rejected(error) for error in _wrong(offer.place, table, programme)):
        return Preview(rejected=wrong)
    before = _before(session, offer.institution, table)
    fate = propose(
        session,
        EquivalenceVersion,
        offer,
        programme=table.programme,
        version=table.version,
        parties=programme.parties,
    )
    warnings = tuple(warning for entry in table.entries for warning in _warnings(entry, programme))
    return _compared(table, table if fate is Fate.UNCHANGED else before, warnings)


def check_table(session: orm.Session, place: Place, institution_id: str, table: EquivalenceTable) -> None:
    """The table fits the programme's curricula and agreement; ``place`` is the top of its file.

    Raises ``SourceError`` for the first thing that does not.
    """
    programme = _programme(session, place, institution_id, table.programme)
    for error in _wrong(place, table, programme):
        raise error


def _programme(session: orm.Session, place: Place, institution_id: str, programme_id: str) -> Programme:
    if programme_id not in programmes_of(session, institution_id):
        wrong = Message("%(own)s has no such programme; import the agreement first", {"own": institution_id})
        raise place.entry("programme").wrong(wrong)
    proposed = (one for one in agreements(session, institution_id) if one.programme_id == programme_id)
    agreement = agreement_in_force(session, programme_id) or next(proposed)
    curricula: dict[str, tuple[Curriculum, ...]] = {}
    for version in curriculum_versions(session, [programme_id]):
        own = curricula.get(version.institution_id, ())
        curricula[version.institution_id] = (*own, curriculum_of(version))
    return Programme(parties=agreement.parties, agreement=agreed(agreement), curricula=curricula)


# What refuses a table


def _wrong(top: Place, table: EquivalenceTable, programme: Programme) -> Iterator[SourceError]:
    """The first thing wrong in each entry, so that all can be mended at once."""
    for entry, place in zip(table.entries, top.entry("entries").each(), strict=True):
        try:
            _check(entry, place, programme)
        except SourceError as error:
            yield error


def _check(entry: Entry, place: Place, programme: Programme) -> None:
    """Every course is in a curriculum of its side, with its credits; nothing excluded is recognised."""
    sat, granted = place.entry("from"), place.entry("to")
    for side, where in ((sat, entry.institution), (granted, entry.target_institution)):
        if where not in programme.parties:
            wrong = Message(
                "this institution is not a party of the programme; name %(parties)s", {"parties": programme.parties}
            )
            raise side.entry("institution").wrong(wrong)
    excluded = programme.agreement.excluded_tags.get(entry.target_institution, ())
    for source, spot in zip(entry.sources, sat.entry("courses").each(), strict=True):
        courses = _known(spot, entry.institution, source, programme)
        _refuse_excluded(spot, courses, excluded, entry.target_institution, programme)
    for target, spot in zip(entry.targets, granted.entry("courses").each(), strict=True):
        courses = _known(spot, entry.target_institution, target, programme) if target.code else ()
        _refuse_excluded(spot, (*courses, target), excluded, entry.target_institution, programme)


def _known(place: Place, institution: str, named: Source | Target, programme: Programme) -> tuple[Course, ...]:
    courses = programme.courses(institution, named.code or "")
    if not courses:
        wrong = Message(
            "no curriculum of %(institution)s has this course; import it first, or mend the code",
            {"institution": institution},
        )
        raise place.entry("code").wrong(wrong)
    if named.credits not in {course.credits for course in courses}:
        words = {"credits": figure(courses[0].credits), "institution": institution, "given": figure(named.credits)}
        wrong = Message("the course has %(credits)s credits in the curriculum of %(institution)s, not %(given)s", words)
        raise place.entry("credits").wrong(wrong)
    return courses


def _refuse_excluded(
    place: Place, tagged: Sequence[Course | Target], excluded: Sequence[str], into: str, programme: Programme
) -> None:
    for tag in excluded:
        if any(tag in one.tags for one in tagged):
            law = _law(tag, programme.curricula.get(into, ()))
            words = {"tag": tag, "institution": into, "law": law or programme.agreement.id}
            wrong = Message(
                'what is tagged "%(tag)s" is never recognised into %(institution)s (%(law)s); take it out', words
            )
            raise (place.entry("code") if "code" in place.entries() else place.entry("tags")).wrong(wrong)


def _law(tag: str, curricula: Sequence[Curriculum]) -> str:
    """The clause of the rule that asks for such work to be done at home: why the agreement excludes it."""
    clauses = (
        node.clause
        for curriculum in curricula
        for node in nodes(curriculum.degree.requirements)
        if isinstance(node, Credits | Courses) and tag in node.select.tag and node.select.origin == (Origin.NATIVE,)
    )
    return next((clause for clause in clauses if clause), "")


# What only warns


def _warnings(entry: Entry, programme: Programme) -> Iterator[Message]:
    """Sentences for whoever decides: credits that differ between versions or lie far from each other."""
    for institution, named in _named(entry):
        others = {course.credits for course in programme.courses(institution, named.code or "")} - {named.credits}
        if others:
            words = {"id": entry.id, "code": named.code or "", "others": tuple(map(figure, sorted(others)))}
            yield Message("%(id)s: %(code)s has %(others)s credits in another version of its curriculum.", words)
    earned = sum((ects_of(one, programme.curricula.get(entry.institution, ())) for one in entry.sources), Decimal(0))
    granted = sum(
        (ects_of(one, programme.curricula.get(entry.target_institution, ())) for one in entry.targets), Decimal(0)
    )
    if granted > earned * FAR or earned > granted * FAR:
        words = {"id": entry.id, "earned": figure(earned), "granted": figure(granted)}
        yield Message(
            "%(id)s: %(granted)s ECTS would be granted for %(earned)s ECTS earned; make sure that is meant.", words
        )


def _named(entry: Entry) -> Iterator[tuple[str, Source | Target]]:
    yield from ((entry.institution, source) for source in entry.sources)
    yield from ((entry.target_institution, target) for target in entry.targets)


# What it changes


def _before(session: orm.Session, institution_id: str, table: EquivalenceTable) -> EquivalenceTable | None:
    stored = [one for one in equivalences(session, institution_id) if one.programme_id == table.programme]
    same = next((one for one in stored if one.version == table.version), None)
    base = same or next(iter(stored), None)
    return table_of(base) if base else None


def _compared(table: EquivalenceTable, before: EquivalenceTable | None, warnings: tuple[Message, ...]) -> Preview:
    old = {entry.id: replace(entry, line=0) for entry in before.entries} if before else {}
    known = [entry for entry in table.entries if entry.id in old]
    same = [entry for entry in known if replace(entry, line=0) == old[entry.id]]
    gone = sorted(old.keys() - {entry.id for entry in table.entries})
    left_out = Message("%(ids)s: no longer in the table.", {"ids": tuple(gone)})
    return Preview(
        added=len(table.entries) - len(known),
        changed=len(known) - len(same),
        unchanged=len(same),
        warnings=(*warnings, left_out) if gone else warnings,
    )
