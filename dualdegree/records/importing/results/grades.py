"""What would a file of grades change? Each row against the roster, the curriculum and the attempts already held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.credit import figure
from dualdegree.core.curricula.curriculum import Course
from dualdegree.core.grades import SCALES, Scale
from dualdegree.core.text import Message
from dualdegree.programmes.models import CurriculumVersion
from dualdegree.programmes.texts import courses_of
from dualdegree.records.entered.registers import ATTEMPT, RecordedHere
from dualdegree.records.importing.files.needs import Needs
from dualdegree.records.importing.files.rows import TITLE, GradeRow, Refused, titles_of
from dualdegree.records.importing.files.sources import FileRow
from dualdegree.records.importing.outcome import Listed, RowChange
from dualdegree.records.importing.people.names import is_called
from dualdegree.records.importing.planning import (
    UNKNOWN_STUDENT,
    Enrolled,
    Findings,
    ImportPlan,
    ReadFile,
    RowsOf,
    chunks,
    enrolled,
    raise_revisions,
    write_rows,
)
from dualdegree.records.importing.results.sittings import SittingRow, same_words, sitting_of, words_read
from dualdegree.records.models import RegisteredAttempt, RegisterRecognition
from dualdegree.uploads import Unreadable

NEEDS = Needs(all_of=("student_number", "course_code", "credits"), any_of=(("term", "year"), ("grade", "label")))
NAMES = ("name", "family_name", "given_name")

UNBOUND = Message("No curriculum binds this student yet. Publish one for the admission term and route first.")
UNKNOWN_COURSE = Message("The student's curriculum has no course of this code.")
NO_TITLES = Message("The file has no column with titles; it changes no title.")
OTHER_NAME = Message("The register gives this number another name. Look which of the two is right.")
Key = tuple[int, str, str, str]
"""Enrolment, course, term and sitting; or, for a row that was recognised, its mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """A row that can be taken: whose it is and what it says."""

    row: FileRow
    number: str
    enrolment: int
    course: str
    sitting: SittingRow

    @property
    def key(self) -> Key:
        return self.enrolment, self.course, self.sitting.term, self.sitting.mark or self.sitting.sitting

    @property
    def what(self) -> str:
        """The attempt, as it is named in lists and in the history."""
        return f"{self.course} {self.sitting.term} {self.key[-1]}"


def plan(session: orm.Session, source: ReadFile) -> ImportPlan:
    """What the file would do to the attempts of this institution's students."""
    findings = Findings(source)
    if not any(field.startswith(TITLE) for field in source.table.headers):
        findings.warnings.append(NO_TITLES)
    scale = _scale(source)
    taken = _without_repeats(_taken(session, source, findings, scale), findings)
    held = _held(session, taken)
    marks = _marks(session, taken)
    here = RecordedHere(session, ATTEMPT, (attempt.enrolment for attempt in taken))
    inserts, updates, listed, touched = [], [], [], set()
    for attempt in taken:
        if attempt.sitting.mark:
            findings.listed.append(
                Listed(
                    line=attempt.row.line,
                    subject=attempt.number,
                    what=attempt.what,
                    mark=attempt.sitting.mark,
                    kind=attempt.sitting.kind.value,
                )
            )
            if attempt.key in marks:
                continue
            listed.append(_listed_as_row(attempt, source))
        elif _is_recorded_here(attempt, here):
            findings.unchanged += 1
            if difference := here.difference((attempt.enrolment, attempt.course), _columns(attempt.sitting)):
                findings.remark(Refused(difference, "course_code"), attempt.row)
            continue
        elif before := held.get(attempt.key):
            if not _differs(before, attempt.sitting, scale):
                findings.unchanged += 1
                continue
            after = replace(attempt.sitting, titles={**before["titles"], **attempt.sitting.titles})
            findings.changes.append(_change(attempt, _words_of_row(before), _words_of(after)))
            updates.append({"id": before["id"], **_values(attempt.sitting, before["titles"])})
        else:
            findings.changes.append(_change(attempt, {}, _words_of(attempt.sitting)))
            inserts.append(_as_row(attempt, source))
        touched.add(attempt.enrolment)

    def apply(into: orm.Session) -> None:
        write_rows(into, RegisteredAttempt, inserts, updates)
        write_rows(into, RegisterRecognition, listed)
        here.keep(into)
        raise_revisions(into, sorted(touched))

    reach = tuple(
        RowsOf(table, table.enrolment_id.in_, sorted(touched)) for table in (RegisteredAttempt, RegisterRecognition)
    )
    return ImportPlan(preview=findings.preview(), idle=not touched and here.is_idle, apply=apply, reach=reach)


def _is_recorded_here(attempt: _Taken, here: RecordedHere) -> bool:
    said, key = attempt.sitting, (attempt.enrolment, attempt.course)
    return here.attempt(key, term=said.term, sitting=said.sitting, status=said.status.value)


def _columns(sitting: SittingRow) -> dict[str, Any]:
    """Everything that the row says of its attempt."""
    return {"term": sitting.term, "sitting": sitting.sitting, **_values(sitting, {})}


def _taken(session: orm.Session, source: ReadFile, findings: Findings, scale: Scale) -> list[_Taken]:
    rows = list(findings.typed_rows(GradeRow))
    students = enrolled(session, source.institution.id, sorted({typed.student_number for _, typed in rows}))
    catalogues = _catalogues(session, students)
    taken = []
    for row, typed in rows:
        try:
            student = _student(typed, students)
            sitting = sitting_of(typed, titles_of(row), source.layout, scale, source.at)
            _check_course(typed, catalogues.get(student.version or 0), sitting)
        except Refused as refused:
            findings.refuse(refused, row)
            continue
        for field, (written, kept) in words_read(typed, source.layout, scale).items():
            findings.note_word(field, written, kept, row)
        attempt = _Taken(
            row=row,
            number=typed.student_number,
            enrolment=student.id,
            course=typed.course_code,
            sitting=sitting,
        )
        taken.append(attempt)
    return taken


def _scale(source: ReadFile) -> Scale:
    scale = SCALES.get(source.institution.grade_scale)
    if scale is None:
        words = {"scale": source.institution.grade_scale, "known": tuple(SCALES)}
        raise Unreadable(
            Message('The profile names the grade scale "%(scale)s", which is not one of %(known)s.', words)
        )
    return scale


def _student(typed: GradeRow, students: Mapping[str, Enrolled]) -> Enrolled:
    student = students.get(typed.student_number)
    if student is None:
        raise Refused(UNKNOWN_STUDENT, "student_number")
    written = typed.name or f"{typed.family_name} {typed.given_name}".strip()
    if written and not is_called(written, student.names):
        raise Refused(OTHER_NAME, next(field for field in NAMES if getattr(typed, field)))
    return student


def _catalogues(session: orm.Session, students: Mapping[str, Enrolled]) -> dict[int, Mapping[str, Course]]:
    """The courses of every curriculum version that binds one of these students."""
    wanted = sorted({student.version for student in students.values() if student.version is not None})
    versions = session.scalars(sa.select(CurriculumVersion).where(CurriculumVersion.id.in_(wanted)))
    return {version.id: courses_of(version) for version in versions}


def _check_course(typed: GradeRow, courses: Mapping[str, Course] | None, sitting: SittingRow) -> None:
    """A course is one of the student's own curriculum, with its credits; a recognised row may be of any course."""
    if courses is None:
        raise Refused(UNBOUND, "student_number")
    course = courses.get(typed.course_code)
    if sitting.mark:
        return
    if course is None:
        raise Refused(UNKNOWN_COURSE, "course_code")
    if course.credits != typed.credits:
        words = {"credits": figure(course.credits)}
        raise Refused(Message("The student's curriculum gives this course %(credits)s credits.", words), "credits")


def _without_repeats(taken: Sequence[_Taken], findings: Findings) -> list[_Taken]:
    """The first row of each attempt; a register says a thing once, so whatever repeats it is left out."""
    first: dict[Key, _Taken] = {}
    for attempt in taken:
        before = first.setdefault(attempt.key, attempt)
        if before is not attempt:
            findings.refuse(Refused(_repeats(before, attempt), "course_code"), attempt.row)
    return list(first.values())


def _repeats(before: _Taken, attempt: _Taken) -> Message:
    words = {"line": str(before.row.line), "grade": before.sitting.grade_as_given}
    if before.sitting == attempt.sitting:
        return Message("This repeats line %(line)s.", words)
    return Message(
        "Line %(line)s already tells of this attempt (%(grade)s), and differently. Ask the register which holds.", words
    )


def _held(session: orm.Session, taken: Sequence[_Taken]) -> dict[Key, dict[str, Any]]:
    """The attempts in the record of everybody whom the file tells of."""
    columns = ("id", "enrolment_id", "course", "term", "sitting", *_values_of_columns())
    attempts = {}
    for some in chunks(sorted({attempt.enrolment for attempt in taken})):
        query = sa.select(*(getattr(RegisteredAttempt, column) for column in columns)).where(
            RegisteredAttempt.enrolment_id.in_(some)
        )
        for row in session.execute(query).mappings():
            attempts[row["enrolment_id"], row["course"], row["term"], row["sitting"]] = dict(row)
    return attempts


def _values_of_columns() -> tuple[str, ...]:
    return "titles", "credits", "status", "grade_as_given", "grade", "mention", "marks"


def _marks(session: orm.Session, taken: Sequence[_Taken]) -> set[Key]:
    """The recognised rows that are already listed."""
    table = RegisterRecognition
    keys: set[Key] = set()
    for some in chunks(sorted({attempt.enrolment for attempt in taken if attempt.sitting.mark})):
        query = sa.select(table.enrolment_id, table.course, table.term, table.mark).where(table.enrolment_id.in_(some))
        keys.update((row.enrolment_id, row.course, row.term, row.mark) for row in session.execute(query))
    return keys


def _differs(before: Mapping[str, Any], sitting: SittingRow, scale: Scale) -> bool:
    after = _values(sitting, before["titles"])
    same = all(before[key] == after[key] for key in after if key != "grade_as_given")
    return not same or not same_words(before["grade_as_given"], sitting.grade_as_given, scale)


def _values(sitting: SittingRow, titles: Mapping[str, str]) -> dict[str, Any]:
    """The columns that the row gives; a title that the file does not have stays as it was."""
    return {
        "titles": {**titles, **sitting.titles},
        "credits": sitting.credits,
        "status": sitting.status.value,
        "grade_as_given": sitting.grade_as_given,
        "grade": sitting.grade,
        "mention": sitting.mention,
        "marks": [mark.value for mark in sitting.marks],
    }


def _as_row(attempt: _Taken, source: ReadFile) -> dict[str, Any]:
    return {
        "enrolment_id": attempt.enrolment,
        "institution_id": source.institution.id,
        "course": attempt.course,
        "term": attempt.sitting.term,
        "sitting": attempt.sitting.sitting,
        **_values(attempt.sitting, {}),
    }


def _listed_as_row(attempt: _Taken, source: ReadFile) -> dict[str, Any]:
    return {
        "enrolment_id": attempt.enrolment,
        "institution_id": source.institution.id,
        "course": attempt.course,
        "term": attempt.sitting.term,
        "titles": attempt.sitting.titles,
        "credits": attempt.sitting.credits,
        "mark": attempt.sitting.mark,
        "kind": attempt.sitting.kind.value,
    }


def _change(attempt: _Taken, before: Mapping[str, str], after: Mapping[str, str]) -> RowChange:
    return RowChange(line=attempt.row.line, subject=attempt.number, what=attempt.what, before=before, after=after)


def _words_of(sitting: SittingRow) -> dict[str, str]:
    marks = [mark.value for mark in sitting.marks]
    return _words(sitting.status.value, sitting.grade_as_given, figure(sitting.credits), sitting.titles, marks)


def _words_of_row(row: Mapping[str, Any]) -> dict[str, str]:
    return _words(row["status"], row["grade_as_given"], figure(row["credits"]), row["titles"], row["marks"])


def _words(status: str, grade: str, credits_: str, titles: Mapping[str, str], marks: Sequence[str]) -> dict[str, str]:
    words = {"status": status, "grade": grade, "credits": credits_, **{f"title {key}": titles[key] for key in titles}}
    return {**words, "marks": " ".join(marks)} if marks else words
