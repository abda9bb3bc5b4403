"""Which periods run in placements, theses and language certificates?

Each ends when what it waits for is done: the line of the checklist, the other defence, another certificate.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import cast

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.dossiers import conferred_of
from dualdegree.core.approval import State
from dualdegree.core.deadlines import Occurrence
from dualdegree.core.text import Language, Message
from dualdegree.core.training.defences import DefenceOutcome, window
from dualdegree.deadlines.sources import AskedPeriods
from dualdegree.programmes.institutions.profile import Profile
from dualdegree.training.certificates.listing import at_institution
from dualdegree.training.certificates.models import CertificateDecision, LanguageCertificate
from dualdegree.training.placements.models import Placement
from dualdegree.training.placements.standing import SideStanding, placements_at, side_standing
from dualdegree.training.theses.models import Thesis, ThesisDefence
from dualdegree.training.theses.reading import held_at


def certificates(session: orm.Session, profile: Profile, asked: AskedPeriods) -> Iterator[Occurrence]:
    """The last day of each confirmed certificate whose holder has no other that counts for the same beyond it.

    Once the degree is conferred nothing waits for a certificate any more.
    """
    query = at_institution(profile.institution, [State.ENTERED])
    rows = session.scalars(query.where(asked.concerning(LanguageCertificate.student_id))).all()
    conferred = conferred_of(session, [row.certificate.student_id for row in rows])
    for row in rows:
        student, ends = row.certificate.student_id, row.certificate.expires_on
        held = any(degree.institution_id == profile.institution for degree in conferred[student])
        if ends is None or held or _is_followed(row, rows):
            continue
        words = {"language": Language(row.certificate.language), "level": row.certificate.level}
        yield Occurrence(
            student=student,
            key=f"certificate:{row.id}:{ends.isoformat()}",
            on=ends,
            what=Message("last day of the language certificate (%(language)s, %(level)s)", words),
            link=f"/students/{student}/certificates",
        )


def _is_followed(row: CertificateDecision, rows: Sequence[CertificateDecision]) -> bool:
    """Whether others of the same student, which end later or never, count for all that this one counts for."""
    ends = cast("dt.date", row.certificate.expires_on)
    later = (
        other
        for other in rows
        if other.certificate.student_id == row.certificate.student_id
        and (other.certificate.expires_on is None or other.certificate.expires_on > ends)
    )
    return set(row.milestones) <= {milestone for other in later for milestone in other.milestones}


def placements(session: orm.Session, profile: Profile, asked: AskedPeriods) -> Iterator[Occurrence]:
    """What comes next in each line of the institution's checklist, until it has certified the placement."""
    if profile.training is None:
        return
    query = placements_at(profile.institution).where(Placement.withdrawn == "", asked.concerning(Placement.student_id))
    for row in session.scalars(query):
        side = row.side(profile.institution)
        if side is not None and not side.is_certified:
            yield from _of_placement(row, side_standing(row, side, profile, asked.at))


def _of_placement(row: Placement, standing: SideStanding) -> Iterator[Occurrence]:
    for line in standing.open:
        words = {"item": line.title, "enterprise": row.enterprise.names}
        yield Occurrence(
            student=row.student_id,
            key=f"placement:{row.id}:{line.rule.item}:{line.what}:{line.done}",
            on=cast("dt.date", line.due),
            what=Message("%(item)s, placement at %(enterprise)s", words),
            link=f"/placements/{row.id}",
        )


def theses(session: orm.Session, profile: Profile, asked: AskedPeriods) -> Iterator[Occurrence]:
    """The last day on which a thesis that was not passed can be defended again, while that is allowed."""
    again = profile.theses.again if profile.theses else None
    if again is None:
        return
    held = sa.select(ThesisDefence.thesis_id)
    query = sa.select(Thesis).where(Thesis.withdrawn_at.is_(None), Thesis.id.in_(held))
    for thesis in session.scalars(query.where(asked.concerning(Thesis.student_id)).order_by(Thesis.id)):
        before = held_at(thesis, profile.institution)
        if before and before[-1].outcome is DefenceOutcome.TO_CORRECT and len(before) <= again.times:
            yield Occurrence(
                student=thesis.student_id,
                key=f"thesis:{thesis.id}:{len(before)}",
                on=window(before[-1].on, again)[1],
                what=Message("defending the thesis again"),
                link=thesis.link,
            )


SOURCES = {"certificates": certificates, "placements": placements, "theses": theses}
"""By which words profiles name them."""
