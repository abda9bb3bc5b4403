"""What would a file of courses on offer change? It is the whole list of every term that it names."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.terms import is_open
from dualdegree.core.text import Message
from dualdegree.programmes.institutions.profile import Layout
from dualdegree.programmes.models import CourseOffer
from dualdegree.programmes.offers import courses_taught
from dualdegree.records.importing.files.needs import Needs
from dualdegree.records.importing.files.plain_words import written_as
from dualdegree.records.importing.files.rows import OfferRow, Refused
from dualdegree.records.importing.files.terms import refuse_too_far, term_of
from dualdegree.records.importing.outcome import RowChange
from dualdegree.records.importing.planning import Findings, ImportPlan, ReadFile, RowsOf, chunks, write_rows

NEEDS = Needs(all_of=("course_code",), any_of=(("term", "year"),))
BETWEEN = re.compile(r"\s*[,;，；、]\s*")
"""Between two terms in one cell."""
YEARS_AHEAD = 5

UNKNOWN = Message(
    "No published curriculum of the institution has this course. Correct the code, or publish the curriculum first."
)
NO_TERM = Message("Name at least one term in which the course can be taken.")
OVER = Message("Nobody can plan this course any more: no term to come is named.")
KEPT = Message("Because rows are rejected, no offer is withdrawn. Correct them, and send the whole file again.")

Key = tuple[str, str]
"""Course and term."""


def plan(session: orm.Session, source: ReadFile) -> ImportPlan:
    """What the file would do to the institution's offers; those of its terms that it does not name are withdrawn."""
    findings = Findings(source)
    known = _known(session, source.institution.id)
    taught = courses_taught(session, source.institution.id)
    named: dict[Key, int] = {}
    for row, typed in findings.typed_rows(OfferRow):
        try:
            keys = _keys(typed, taught, named, source)
        except Refused as refused:
            findings.refuse(refused, row)
            continue
        named.update(dict.fromkeys(keys, row.line))
        if not any(is_open(term, source.today) for _, term in keys):
            findings.remark(Refused(OVER, "year" if typed.year else "term"), row)
    added = [key for key in named if key not in known]
    findings.unchanged = len(named) - len(added)
    findings.changes += [_change(key, named[key]) for key in added]
    gone = _gone(named, known)
    if gone and findings.rejected:
        findings.warnings.append(KEPT)
        gone = []
    findings.changes += [_change(key) for key in gone]
    inserts = [_row(source.institution.id, key) for key in added]

    def apply(into: orm.Session) -> None:
        write_rows(into, CourseOffer, inserts)
        for some in chunks([known[key] for key in gone]):
            into.execute(sa.delete(CourseOffer).where(CourseOffer.id.in_(some)))

    reach = (RowsOf(CourseOffer, CourseOffer.institution_id.in_, [source.institution.id]),)
    return ImportPlan(preview=findings.preview(), idle=not added and not gone, apply=apply, reach=reach)


def _known(session: orm.Session, institution: str) -> dict[Key, int]:
    offer = CourseOffer
    query = (
        sa.select(offer.course, offer.term, offer.id)
        .where(offer.institution_id == institution)
        .order_by(offer.course, offer.term)
    )
    return {(row.course, row.term): row.id for row in session.execute(query)}


def _gone(named: Mapping[Key, int], known: Mapping[Key, int]) -> list[Key]:
    """The offers in the terms of the file that it does not name any more."""
    terms = {term for _, term in named}
    return [key for key in known if key[1] in terms and key not in named]


def _keys(typed: OfferRow, taught: frozenset[str], named: Mapping[Key, int], source: ReadFile) -> list[Key]:
    if typed.course_code not in taught:
        raise Refused(UNKNOWN, "course_code")
    field = "year" if typed.year else "term"
    keys = [(typed.course_code, term) for term in _terms(typed, source.layout, field)]
    for _, term in keys:
        refuse_too_far(term, source.at, field, years_ahead=YEARS_AHEAD)
    for key in keys:
        if key in named or keys.count(key) > 1:
            words = {"term": key[1]}
            raise Refused(
                Message("Another line already offers this course in the term %(term)s.", words), "course_code"
            )
    return keys


def _terms(typed: OfferRow, layout: Layout, field: str) -> Iterator[str]:
    """Every term that the row names: each of its terms or years with each of its sittings."""
    written = typed.year or typed.term
    if not written:
        raise Refused(NO_TERM, "year" if "year" in layout.columns else "term")
    for word in BETWEEN.split(written):
        for half in _halves(typed, layout):
            yield term_of(word, layout.term, half, field)


def _halves(typed: OfferRow, layout: Layout) -> Iterator[str]:
    if not typed.sitting:
        yield "1"
    for word in BETWEEN.split(typed.sitting) if typed.sitting else ():
        half = written_as(word, layout.sittings)
        if half is None:
            words = {"words": tuple(layout.sittings)}
            raise Refused(
                Message("This half of the year is not known. The profile knows: %(words)s.", words), "sitting"
            )
        yield half


def _change(key: Key, line: int = 0) -> RowChange:
    """An offer that is new or, without a line, one that is withdrawn."""
    before, after = ({}, {"offer": "offered"}) if line else ({"offer": "offered"}, {"offer": "withdrawn"})
    return RowChange(line=line, subject=key[0], what=key[1], before=before, after=after)


def _row(institution: str, key: Key) -> dict[str, Any]:
    return {"institution_id": institution, "course": key[0], "term": key[1]}
