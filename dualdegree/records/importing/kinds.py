"""Which kinds of file does a register send, and how does one of them become a plan?"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import orm

from dualdegree.core.source.reading import SourceError
from dualdegree.core.text import LANGUAGES, Message
from dualdegree.programmes.institutions.profile import Layout
from dualdegree.programmes.models import Institution
from dualdegree.programmes.service import institution as find_institution
from dualdegree.programmes.texts import profile_of
from dualdegree.records.importing import offers
from dualdegree.records.importing.absences import absences
from dualdegree.records.importing.files.needs import Needs
from dualdegree.records.importing.files.rows import TITLE, GradeRow, MilestoneRow, OfferRow, RosterRow
from dualdegree.records.importing.files.sources import read_table
from dualdegree.records.importing.people import roster
from dualdegree.records.importing.planning import ImportPlan, ReadFile
from dualdegree.records.importing.results import grades, milestones
from dualdegree.uploads import Unreadable


class FileKind(NamedTuple):
    """A kind of file: its name, the columns it cannot do without, how it is planned, and which columns it can have."""

    title: Message
    needs: Needs
    plan: Callable[[orm.Session, ReadFile], ImportPlan]
    fields: tuple[str, ...]


TITLES = tuple(f"{TITLE}{language}" for language in LANGUAGES)
KINDS: Mapping[str, FileKind] = {
    "roster": FileKind(Message("Roster"), roster.NEEDS, roster.plan, tuple(RosterRow.model_fields)),
    "grades": FileKind(Message("Grades"), grades.NEEDS, grades.plan, (*GradeRow.model_fields, *TITLES)),
    "milestones": FileKind(Message("Milestones"), milestones.NEEDS, milestones.plan, tuple(MilestoneRow.model_fields)),
    "offers": FileKind(Message("Courses on offer"), offers.NEEDS, offers.plan, tuple(OfferRow.model_fields)),
}
"""Every kind of file that a register sends."""


def planned(
    session: orm.Session,
    kind: str,
    institution: str,
    filename: str,
    content: bytes,
    *,
    at: dt.datetime,
    whole: bool = False,
) -> ImportPlan:
    """What the file would do now; of one that is the ``whole`` register, also what it lacks.

    Raises ``Unreadable``, and ``Absent`` for the institution.
    """
    owner = find_institution(session, institution)
    layout = layout_of(owner, kind)
    table = read_table(content, filename, layout, KINDS[kind].needs)
    source = ReadFile(kind=kind, institution=owner, filename=filename, layout=layout, table=table, at=at)
    with session.no_autoflush:
        plan = KINDS[kind].plan(session, source)
        if not whole:
            return plan
        return replace(plan, preview=replace(plan.preview, whole=True, absent=absences(session, source)))


def layout_of(institution: Institution, kind: str) -> Layout:
    """What such files of the institution look like. Raises ``Unreadable`` where its profile does not say."""
    try:
        profile = profile_of(institution)
    except SourceError as error:
        words = {"line": str(error.line), "key": error.key, "reason": error.reason}
        broken = Message("The institution's profile cannot be read: line %(line)s, %(key)s: %(reason)s", words)
        raise Unreadable(broken) from None
    if kind not in profile.imports:
        words = {"kind": kind}
        raise Unreadable(Message('The profile says nothing of such files; add "imports: %(kind)s" to it.', words))
    return profile.imports[kind]
