"""What do both registers mark as recognised of these students, and what is recognised for them here?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import orm

from dualdegree.audit.dossiers import Dossier, dossiers
from dualdegree.core.recognition.reconciling import ReconciledCourse, Reconciliation, reconciled
from dualdegree.core.records import RegisterMark, StudentRegister
from dualdegree.core.text import Text
from dualdegree.records.models import Student
from dualdegree.records.service import load_records


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciledRow:
    """One course of one student in one institution's register, by its title."""

    institution: str
    title: Text
    compared: ReconciledCourse

    @property
    def differs(self) -> bool:
        """Whether somebody has something to do."""
        return self.compared.outcome is not Reconciliation.AGREES


def reconciled_rows(session: orm.Session, students: Sequence[Student]) -> Mapping[int, tuple[ReconciledRow, ...]]:
    """For each of these students, by id, every course that a register or this record recognises.

    Only what is earned counts here, not what is still in progress. A fixed number of queries.
    """
    ids = [student.id for student in students]
    records, held = load_records(session, ids), dossiers(session, ids)
    return {
        student: tuple(row for register in records[student].registers for row in _rows(register, held.get(student)))
        for student in ids
    }


def _rows(register: StudentRegister, dossier: Dossier | None) -> Iterator[ReconciledRow]:
    own = register.institution
    marked = [row for row in register.marked if row.kind is RegisterMark.RECOGNISED]
    grants = [
        grant
        for giving in (dossier.recognised.given if dossier else ())
        if giving.earned and giving.entry.target_institution == own
        for grant in giving.recognition.grants
    ]
    titles: dict[str, Text] = {row.course: row.title for row in marked}
    titles.update({grant.course or "": grant.title for grant in grants})
    here = [(grant.course or "", grant.credits) for grant in grants]
    for course in reconciled([(row.course, row.credits) for row in marked], here):
        yield ReconciledRow(institution=own, title=titles.get(course.course, {}), compared=course)
