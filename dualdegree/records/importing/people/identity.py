"""Who is who in two registers? Numbers that name each other and one birth date make one person, never a name alone.

Every enrolment keeps what its own register told; what both registers told is made into one ``Student`` by an order that
does not depend on which file came first.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.text import Message, folded
from dualdegree.records.importing.files.rows import Refused, RosterRow
from dualdegree.records.importing.people.names import same_latin
from dualdegree.records.importing.planning import chunks
from dualdegree.records.models import Enrolment, LinkProposal, Student

PERSON = ("family_name", "given_name", "han_name", "birth_date", "nationality")
"""What a register tells of a person."""
OTHER_NAMES = "other_names"
"""Former names and other spellings, which only this register knows the person by."""

OTHER_PERSON = Message(
    "Both the name and the birth date differ from what this register said of the number before. One may be corrected "
    "at a time; a number is never given to another person."
)


CLAIMED = Message(
    "This register has linked %(number)s with its own student %(other)s already, and one number at the partner is one "
    "student. Correct the number here, or first give %(other)s another one."
)
UNDONE_LINK = Message(
    "The link with this number was undone: it is another person's. The row is taken without it; correct the number in "
    "the register."
)
CLAIMED_ELSEWHERE = Message(
    "The partner's register names this student for another number than this row does. Both wait on the page Links, "
    "where one of them is to be refused."
)


class KnownEnrolments:
    """The enrolments that a roster may concern: by their own numbers here, and at the partners by the numbers named."""

    def __init__(self, session: orm.Session, institution: str, rows: Sequence[RosterRow]) -> None:
        self.institution = institution
        numbers = sorted({row.student_number for row in rows})
        here, there = Enrolment.institution_id == institution, Enrolment.institution_id != institution
        self.own = {enrolment.number: enrolment for enrolment in _enrolments(session, here, Enrolment.number, numbers)}
        self._rows = {row.student_number: row.partner_number for row in rows}
        claimed = sorted({row.partner_number for row in rows} - {""})
        claiming = _enrolments(session, here, Enrolment.partner_number, claimed)
        self._claims = {(side.student.programme_id, side.partner_number): side.number for side in claiming}
        naming = tuple(_enrolments(session, there, Enrolment.partner_number, numbers))
        self._named_by = {(side.student.programme_id, side.partner_number): side.number for side in naming}
        self._undone = _undone(session, institution, numbers)
        self._naming = {(side.student.programme_id, side.partner_number, side.number): side for side in naming}

    def check_claim(self, row: RosterRow, programme: str) -> None:
        """Refuse a number of the partner's that this register has given to another of its own students already."""
        holder = self._claims.get((programme, row.partner_number))
        if holder is None or holder == row.student_number:
            return
        if self._rows.get(holder) in {None, "", row.partner_number}:
            words = {"number": row.partner_number, "other": holder}
            raise Refused(Message(CLAIMED.id, words), "partner_number")

    def is_undone(self, row: RosterRow) -> bool:
        """Whether the row names a student of the partner's who was linked with this one and is somebody else."""
        return (row.student_number, row.partner_number) in self._undone

    def claimed_for(self, row: RosterRow, programme: str) -> str | None:
        """The partner's number whose register names this student, where the row names another number."""
        said = self._named_by.get((programme, row.student_number))
        return said if row.partner_number and said != row.partner_number else None

    def other(self, row: RosterRow, own: Enrolment | None, programme: str) -> Enrolment | None:
        """The partner's enrolment of the same person: joined already, or each register names the other's number.

        Whoever names a number has offered what its own register says of the person. Until both have, nothing of the
        partner's is read here: no number, no name, no birth date.
        """
        linked = elsewhere(own) if own else None
        if linked is not None:
            if row.partner_number not in {"", linked.number}:
                words = {"number": linked.number}
                raise Refused(Message("This student is already linked with %(number)s.", words), "partner_number")
            return linked
        if self.is_undone(row):
            return None
        said = row.partner_number or (own.partner_number if own else None)
        naming = self._naming.get((programme, row.student_number, said or ""))
        if naming is None or born(naming) != row.birth_date:
            return None
        return naming if elsewhere(naming) is None else None


def _enrolments(
    session: orm.Session, where: sa.ColumnElement[bool], column: orm.InstrumentedAttribute[Any], keys: Sequence[str]
) -> Iterable[Enrolment]:
    # The student's other enrolments must be asked for: eager loading does not come back to a table by itself.
    both = orm.selectinload(Enrolment.student).selectinload(Student.enrolments)
    for some in chunks(keys):
        yield from session.scalars(sa.select(Enrolment).where(where, column.in_(some)).options(both))


def _undone(session: orm.Session, institution: str, numbers: Sequence[str]) -> set[tuple[str, str]]:
    """The own numbers and the partner's whose link was undone, until somebody has it looked at again."""
    own, theirs = orm.aliased(Enrolment), orm.aliased(Enrolment)
    pairs: set[tuple[str, str]] = set()
    for some in chunks(numbers):
        query = (
            sa.select(own.number, theirs.number)
            .join(LinkProposal, LinkProposal.enrolment_id == own.id)
            .join(theirs, theirs.id == LinkProposal.named_id)
            .where(LinkProposal.state == "undone", own.institution_id == institution, own.number.in_(some))
        )
        pairs.update((first, second) for first, second in session.execute(query))
    return pairs


def elsewhere(enrolment: Enrolment) -> Enrolment | None:
    """The same person's enrolment in the partner's register, where the two are linked."""
    here = enrolment.institution_id
    return next((side for side in enrolment.student.enrolments if side.institution_id != here), None)


def check_same_person(row: RosterRow, own: Enrolment) -> None:
    """Refuse a row that gives a number to somebody else than this register did before."""
    before = personal_data_in(own)
    if before["birth_date"] != row.birth_date.isoformat() and not same_latin(before, row.model_dump()):
        raise Refused(OTHER_PERSON, "birth_date")


def remarks_on(row: RosterRow, other: Enrolment) -> Iterable[Refused]:
    """What a careful reader should look at where both registers tell of the same person."""
    theirs = personal_data_in(other)
    if born(other) != row.birth_date:
        words = {"date": born(other).isoformat()}
        yield Refused(Message("The partner's register has another birth date, %(date)s.", words), "birth_date")
    if not same_latin(theirs, row.model_dump()):
        words = {"name": f"{theirs['family_name']}, {theirs['given_name']}"}
        yield Refused(Message("The partner's register has another name, %(name)s.", words), "family_name")
    if row.han_name and theirs["han_name"] and folded(row.han_name) != folded(theirs["han_name"]):
        words = {"name": theirs["han_name"]}
        yield Refused(Message("The partner's register has another name, %(name)s.", words), "han_name")


def personal_data_in(enrolment: Enrolment) -> Mapping[str, str]:
    """What this register said of the person; where it was never imported, what the record says."""
    student = enrolment.student
    known = {name: getattr(student, name) or "" for name in PERSON}
    return {**known, "birth_date": student.birth_date.isoformat(), **enrolment.person_as_told}


def born(enrolment: Enrolment) -> dt.date:
    """The birth date that this register has."""
    return dt.date.fromisoformat(personal_data_in(enrolment)["birth_date"])


def telling(row: RosterRow) -> dict[str, str]:
    """What the row tells of the person, as it is kept."""
    said = {**{name: getattr(row, name) for name in PERSON}, "birth_date": row.birth_date.isoformat()}
    return said | ({OTHER_NAMES: row.other_names} if row.other_names else {})


def merged_person(tellings: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """What the registers' words, in the order of their institutions' ids, come to.

    The first word holds, except that a name in Latin letters is taken as whoever wrote it most fully: ``García`` rather
    than ``GARCIA``.
    """
    first = tellings[0]
    alike = [telling for telling in tellings if same_latin(telling, first)]
    return {
        "family_name": max((telling["family_name"] for telling in alike), key=_fullness),
        "given_name": max((telling["given_name"] for telling in alike), key=_fullness),
        "han_name": next((telling["han_name"] for telling in tellings if telling["han_name"]), None),
        "birth_date": dt.date.fromisoformat(first["birth_date"]),
        "nationality": first["nationality"],
    }


def _fullness(name: str) -> tuple[int, bool, str]:
    accents = sum(not letter.isascii() for letter in name)
    return accents, not name.isupper() and not name.islower(), name


def settle(student: Student) -> None:
    """Let the student's own row say what all registers' words come to."""
    ordered = sorted(student.enrolments, key=lambda enrolment: enrolment.institution_id)
    for name, value in merged_person([personal_data_in(enrolment) for enrolment in ordered]).items():
        setattr(student, name, value)
