"""What would a roster change? Students, their enrolments, and the links between the two registers."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.enrolment import DatedState
from dualdegree.core.identity.documents import HIDDEN
from dualdegree.core.policy import Actor, Role
from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.records.fields import ANOTHER
from dualdegree.records.importing.files.needs import Needs
from dualdegree.records.importing.files.rows import DOCUMENT, Refused, RosterRow
from dualdegree.records.importing.files.sources import FileRow
from dualdegree.records.importing.files.terms import refuse_future, term_of
from dualdegree.records.importing.outcome import RowChange
from dualdegree.records.importing.people.book import Book
from dualdegree.records.importing.people.documents import mark_of
from dualdegree.records.importing.people.identity import (
    CLAIMED_ELSEWHERE,
    OTHER_NAMES,
    UNDONE_LINK,
    check_same_person,
    merged_person,
    personal_data_in,
    remarks_on,
    settle,
    telling,
)
from dualdegree.records.importing.people.joining import join, person
from dualdegree.records.importing.people.links import propose
from dualdegree.records.importing.people.sharing import Joined, tell_partner
from dualdegree.records.importing.planning import Findings, ImportPlan, ReadFile, RowsOf
from dualdegree.records.models import Enrolment, Student
from dualdegree.records.searching import index
from dualdegree.records.standing.entering import write
from dualdegree.records.standing.from_roster import other_day, state_told
from dualdegree.records.standing.models import StateEntry

NEEDS = Needs(
    all_of=(
        "student_number",
        "family_name",
        "given_name",
        "birth_date",
        "nationality",
        "route",
        "admission_term",
    )
)

REPEATED = Message("Another line already tells of this student.")
NO_ADVISOR = Message("No advisor of the institution signs in with this address; the row is taken without one.")
SEVERAL_ADVISORS = Message(
    "Of several advisors the first who is one at this institution is taken; the partner's roster names the partner's."
)
HIDDEN_DOCUMENT = Message(
    "Only the end of the document's number stands here; the row is taken without it. Write the whole number to have it "
    "compared."
)
PLACES = {"cohort": "cohort", "field": "field of study"}
"""What a roster says of where the student stands in the institution, in its own words, and how a change names it."""
OTHER_ACCOUNT = Message("The student already signs in with another address; it is left as it is.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One row that adds or changes something: the enrolment that it is about, or the partner's that it joins."""

    row: RosterRow
    own: Enrolment | None
    other: Enrolment | None
    programme: str
    values: Mapping[str, Any]
    """Columns of the enrolment."""
    person: int | None
    """The account to link, if the student has none."""
    state: DatedState | None
    """The state that is new."""


def plan(session: orm.Session, source: ReadFile) -> ImportPlan:
    """What the file would do to the institution's enrolments and to the students behind them."""
    findings = Findings(source)
    rows = list(findings.typed_rows(RosterRow))
    book = Book(session, source, [typed for _, typed in rows])
    steps: list[_Step] = []
    seen: set[str] = set()
    named: set[str] = set()
    for row, typed in rows:
        try:
            step = _step(typed, book, seen, named)
        except Refused as refused:
            findings.refuse(refused, row)
            continue
        seen.add(typed.student_number)
        named.update({typed.partner_number} - {""})
        book.linked.add(step.person)
        _remark(findings, row, step, book)
        change = _change(row, step, book)
        if change is None:
            findings.unchanged += 1
        else:
            findings.changes.append(change)
            steps.append(step)
    _note_links(findings, steps)

    joined: list[Joined] = []

    def apply(into: orm.Session) -> None:
        joined.extend(_apply(into, step, source) for step in steps)
        into.flush()
        index(into, [entry.student.id for entry in joined])

    def tell(into: orm.Session, actor: Actor, subject: str, at: dt.datetime) -> None:
        tell_partner(into, actor, source.institution.id, joined, subject=subject, at=at)
        numbers = [step.row.student_number for step in steps]
        propose(into, actor, source.institution.id, numbers, subject=subject, at=at)

    return ImportPlan(
        preview=findings.preview(), idle=not steps, apply=apply, reach=_reach(source.institution.id, steps), tell=tell
    )


def _reach(here: str, steps: Sequence[_Step]) -> tuple[RowsOf, ...]:
    """The enrolments of these numbers, and the students behind them: of those only the account is the roster's own."""
    numbers = sorted(step.row.student_number for step in steps)
    known = sorted({side.student_id for step in steps for side in (step.own, step.other) if side is not None})

    def enrolments(some: Sequence[str]) -> sa.ColumnElement[bool]:
        return sa.and_(Enrolment.institution_id == here, Enrolment.number.in_(some))

    def students(some: Sequence[str]) -> sa.ColumnElement[bool]:
        return Student.id.in_(sa.select(Enrolment.student_id).where(enrolments(some)))

    def states(some: Sequence[str]) -> sa.ColumnElement[bool]:
        return StateEntry.enrolment_id.in_(sa.select(Enrolment.id).where(enrolments(some)))

    return (
        RowsOf(StateEntry, states, numbers),
        RowsOf(Enrolment, enrolments, numbers),
        RowsOf(Student, students, numbers, columns=("person_id",)),
        RowsOf(Student, Student.id.in_, known, columns=("person_id",)),
    )


def _step(row: RosterRow, book: Book, seen: set[str], named: set[str]) -> _Step:
    if row.student_number in seen:
        raise Refused(REPEATED, "student_number")
    programme = book.programme(row)
    layout = book.source.layout
    term = term_of(row.admission_term, layout.term, "1", "admission_term")
    refuse_future(term, book.source.at, "admission_term", years_ahead=1)
    if row.birth_date >= book.source.today:
        raise Refused(Message("The birth date lies in the future; correct its year."), "birth_date")
    own = book.register.own.get(row.student_number)
    if own:
        check_same_person(row, own)
    book.register.check_claim(row, programme)
    other = book.register.other(row, own, programme)
    if row.partner_number in named:
        words = {"number": row.partner_number}
        raise Refused(Message("Another line already links %(number)s.", words), "partner_number")
    return _Step(
        row=row,
        own=own,
        other=other,
        programme=programme,
        values=_values(row, own, book, programme, term),
        person=_account(row, own, other, book),
        state=_state(row, own, book, term),
    )


def _state(row: RosterRow, own: Enrolment | None, book: Book, term: str) -> DatedState | None:
    """The state that the row adds; None where it says none, or the one that the record has."""
    if not row.state:
        return None
    entries = book.states.get(own.id, ()) if own else ()
    try:
        return state_told(row.state, row.state_since, entries, term, book.source.today)
    except Refusal as refusal:
        raise Refused(refusal.message, "state_since" if refusal.about == "since" else "state") from None


def _values(row: RosterRow, own: Enrolment | None, book: Book, programme: str, term: str) -> dict[str, Any]:
    values = {
        "route": row.route,
        "admission_term": term,
        "curriculum_version_id": book.version(own, programme, term, row.route).id,
        "person_as_told": _person_in(row, own, book),
        "partner_number": None if book.register.is_undone(row) else _partner_number(row, own),
    }
    headers = book.source.table.headers
    if "advisor" in headers:
        advisor = book.advisor(row)
        values["advisor_id"] = advisor.id if advisor else None
    values |= {name: getattr(row, name) or None for name in PLACES if name in headers}
    if row.tells_document:
        mark = mark_of(row.identity_document)
        values |= {"document_hash": mark.digest, "document_end": mark.last}
    return values


def _partner_number(row: RosterRow, own: Enrolment | None) -> str | None:
    return row.partner_number or (own.partner_number if own else None)


def _person_in(row: RosterRow, own: Enrolment | None, book: Book) -> dict[str, str]:
    """What the row tells of the person; other names stay as they are where the file has no column for them."""
    if OTHER_NAMES in book.source.table.headers or own is None:
        return telling(row)
    kept = own.person_as_told.get(OTHER_NAMES)
    return telling(row) | ({OTHER_NAMES: kept} if kept else {})


def _account(row: RosterRow, own: Enrolment | None, other: Enrolment | None, book: Book) -> int | None:
    """The account to link: the address's, unless it or the student already has a link."""
    student = own.student if own else other.student if other else None
    person = book.holder(row.email, Role.STUDENT)
    if person is None or person.id in book.linked or (student and student.person_id):
        return None
    return person.id


def _remark(findings: Findings, row: FileRow, step: _Step, book: Book) -> None:
    for remark in remarks_on(step.row, step.other) if step.other else ():
        findings.remark(remark, row)
    advisors = [book.holder(address, Role.ADVISOR) for address in step.row.advisors]
    if advisors and not any(advisors):
        findings.remark(Refused(NO_ADVISOR, "advisor"), row)
    elif len(advisors) > 1:
        findings.remark(Refused(SEVERAL_ADVISORS, "advisor"), row)
    if step.row.identity_document and not step.row.tells_document:
        findings.remark(Refused(HIDDEN_DOCUMENT, DOCUMENT), row)
    if book.register.is_undone(step.row):
        findings.remark(Refused(UNDONE_LINK, "partner_number"), row)
    if book.register.claimed_for(step.row, step.programme):
        findings.remark(Refused(CLAIMED_ELSEWHERE, "partner_number"), row)
    person = book.holder(step.row.email, Role.STUDENT)
    holder = step.own or step.other
    entries = book.states.get(step.own.id, ()) if step.own else ()
    if day := other_day(step.row.state, step.row.state_since, entries, book.source.today):
        findings.remark(Refused(day, "state_since"), row)
    if person and holder and holder.student.person_id not in {None, person.id}:
        findings.remark(Refused(OTHER_ACCOUNT, "email"), row)


def _note_links(findings: Findings, steps: Sequence[_Step]) -> None:
    """Say how many rows are not linked; whether the partner has such a number is not told before it has confirmed."""
    asked = sum(step.other is None and bool(step.row.partner_number) for step in steps)
    alone = sum(step.other is None and not step.row.partner_number for step in steps)
    if asked:
        findings.warnings.append(
            Message("Linked only once the partner has confirmed it: %(count)s of the students.", {"count": str(asked)})
        )
    if alone:
        findings.warnings.append(
            Message("Not linked with the partner's register: %(count)s of the students.", {"count": str(alone)})
        )


def _change(row: FileRow, step: _Step, book: Book) -> RowChange | None:
    """What the step adds or changes, in words; None where it changes nothing."""
    after = _words(step.values, book)
    before: dict[str, str] = {}
    if step.own is not None:
        held = {name: getattr(step.own, name) for name in step.values} | {"person_as_told": personal_data_in(step.own)}
        old = _words(held, book)
        if (
            after.get(DOCUMENT, "") == old.get(DOCUMENT) != ""
            and step.values["document_hash"] != step.own.document_hash
        ):
            after[DOCUMENT] += ANOTHER
        differing = [name for name in after if after[name] != old.get(name, "")]
        before, after = {name: old.get(name, "") for name in differing}, {name: after[name] for name in differing}
    if step.other and (step.own is None or step.other.student is not step.own.student):
        before |= {"linked with": ""} if step.own else {}
        after["linked with"] = step.other.number
    if step.person is not None:
        before |= {"account": ""} if step.own else {}
        after["account"] = step.row.email
    if step.state is not None:
        before |= {"enrolment state": book.state_before(step.own), "since": ""} if step.own else {}
        after |= {"enrolment state": step.state.state.value, "since": step.state.since.isoformat()}
    if step.own is not None and not after:
        return None
    return RowChange(line=row.line, subject=step.row.student_number, what="", before=before, after=after)


def _words(values: Mapping[str, Any], book: Book) -> dict[str, str]:
    """An enrolment's values as they are shown: a version by its name, an advisor by their address."""
    words = {
        **values["person_as_told"],
        "route": values["route"],
        "admission_term": values["admission_term"],
        "curriculum": book.curriculum_name(values["curriculum_version_id"]),
        "partner_number": values["partner_number"] or "",
    }
    if "advisor_id" in values:
        words["advisor"] = book.address(values["advisor_id"])
    words |= {called: values[name] or "" for name, called in PLACES.items() if name in values}
    if "document_end" in values:
        words[DOCUMENT] = HIDDEN + values["document_end"] if values["document_end"] else ""
    return words


def _apply(into: orm.Session, step: _Step, source: ReadFile) -> Joined:
    new = step.other is not None and (step.own is None or step.own.student is not step.other.student)
    known = step.other or step.own
    before = person(known.student) if known else {}
    student = _student(into, step)
    if step.own is None:
        here, number = source.institution.id, step.row.student_number
        student.enrolments.append(Enrolment(institution_id=here, number=number, revision=0, **step.values))
    else:
        for name, value in step.values.items():
            setattr(step.own, name, value)
    if step.person is not None:
        student.person_id = step.person
    if step.state is not None:
        into.flush()
        own = next(side for side in student.enrolments if side.institution_id == source.institution.id)
        write(into, own, step.state, by=None, at=source.at)
    settle(student)
    # The other register's audits read the person, too.
    student.outdate()
    return Joined(student=student, number=step.row.student_number, new=new, before=before, after=person(student))


def _student(into: orm.Session, step: _Step) -> Student:
    """The person behind the row; two students who turn out to be one become one."""
    if step.own is not None and step.other is not None and step.own.student is not step.other.student:
        return join(into, step.other.student, step.own.student)
    known = step.own or step.other
    if known is not None:
        return known.student
    student = Student(programme_id=step.programme, **merged_person([telling(step.row)]))
    into.add(student)
    return student
