"""How do ECTS grading tables come in, and which are there to convert grades by?"""

import datetime as dt
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree import stakes
from dualdegree.core.acts import Act
from dualdegree.core.grades import SCALES, GradingTable
from dualdegree.core.policy import Actor, Permission, Subject, of_institutions, require
from dualdegree.core.refusal import Absent
from dualdegree.core.text import Message
from dualdegree.history import tell
from dualdegree.programmes.models import AgreementVersion
from dualdegree.programmes.service import institution
from dualdegree.recognition.grading_tables.rows import Group, read_grade_tables
from dualdegree.recognition.models import GradeTable
from dualdegree.stakes import Changed
from dualdegree.uploads import OfferedPaper, Preview

USUAL_GRADES, USUAL_YEARS = 50, 2
"""What an agreement asks of a table where it says nothing else: see ``core.grades.Statistical``."""


def import_grade_tables(session: orm.Session, paper: OfferedPaper) -> Preview:
    """The grading tables of a file, of this institution alone; nothing is stored unless it is confirmed.

    The counts are of tables; one that is stored already changes nothing. Raises ``Unreadable``, ``NotAllowed``,
    ``Absent``.
    """
    require(paper.actor, Permission.IMPORT_FILES, of_institutions(paper.institution))
    own = institution(session, paper.institution)
    file = read_grade_tables(paper.content, paper.name, own.id, SCALES[own.grade_scale])
    if file.rejected:
        return Preview(rejected=file.rejected)
    known = set(session.scalars(sa.select(GradeTable.digest).where(GradeTable.institution_id == own.id)))
    new = [group for group in file.groups if group.table.digest not in known]
    if paper.confirm and new:
        for group in new:
            _store(session, group, paper.name, actor=paper.actor, at=paper.at)
        _outdate(session, own.id)
        act = Act.GRADE_TABLE_IMPORTED
        stakes.changed(session, Changed(act=act, actor=paper.actor, at=paper.at, institutions=(own.id,)))
    warnings = tuple(warning for group in file.groups for warning in _warnings(group.table))
    return Preview(added=len(new), unchanged=len(file.groups) - len(new), warnings=(*file.notes, *warnings))


def _store(session: orm.Session, group: Group, name: str, *, actor: Actor, at: dt.datetime) -> None:
    table = GradeTable(
        institution_id=group.table.institution,
        scale=group.table.scale,
        field=group.field,
        cycle=group.cycle,
        rows=[list(row) for row in group.rows],
        digest=group.table.digest,
        filename=name,
        person_id=actor.person_id or None,
        imported_at=at,
    )
    session.add(table)
    session.flush()
    facts = {"field": group.field, "cycle": group.cycle, "digest": group.table.digest}
    concerned = [group.table.institution]
    tell(session, actor, table.subject, Act.GRADE_TABLE_IMPORTED, concerned=concerned, at=at, after=facts)


def _outdate(session: orm.Session, institution_id: str) -> None:
    """Tell whatever was judged by an agreement of the institution that grades may convert otherwise now."""
    version = AgreementVersion
    party = sa.or_(version.institution_id == institution_id, version.partner_id == institution_id)
    raised = sa.update(version).where(party, version.in_force_from.is_not(None)).values(revision=version.revision + 1)
    session.execute(raised, execution_options={"synchronize_session": "fetch"})


def _warnings(table: GradingTable) -> Iterable[Message]:
    words = {"field": table.field, "cycle": table.cycle}
    if table.total < USUAL_GRADES:
        yield Message(
            "Field %(field)s, cycle %(cycle)s: only %(number)s passing grades; agreements usually ask for "
            "%(least)s or more.",
            {**words, "number": str(table.total), "least": str(USUAL_GRADES)},
        )
    if len(table.years) < USUAL_YEARS:
        yield Message(
            "Field %(field)s, cycle %(cycle)s: only one academic year; agreements usually ask for two or more.", words
        )


def grade_tables(session: orm.Session, institutions: Iterable[str]) -> Sequence[GradeTable]:
    """Every stored table of these institutions, by institution and reference group, newest first."""
    table = GradeTable
    query = sa.select(table).where(table.institution_id.in_(list(institutions)))
    return session.scalars(query.order_by(table.institution_id, table.field, table.cycle, table.id.desc())).all()


def grading_tables(session: orm.Session) -> tuple[GradingTable, ...]:
    """What conversions may read: every table of every institution."""
    return tuple(row.as_core() for row in session.scalars(sa.select(GradeTable).order_by(GradeTable.id)))


def partners_of(session: orm.Session, institution_id: str) -> tuple[str, ...]:
    """The institution and those with which it has an agreement, in force or proposed."""
    version = AgreementVersion
    party = sa.or_(version.institution_id == institution_id, version.partner_id == institution_id)
    pairs = session.execute(sa.select(version.institution_id, version.partner_id).where(party).distinct())
    return tuple(sorted({institution_id, *(party for pair in pairs for party in pair)}))


def find_grade_table(session: orm.Session, table_id: int) -> tuple[GradeTable, Subject]:
    """A table, and whose business it is: the institution's and its partners'. Raises ``Absent``."""
    row = session.get(GradeTable, table_id)
    if row is None:
        raise Absent("There is no such grading table.")
    return row, of_institutions(*partners_of(session, row.institution_id))
