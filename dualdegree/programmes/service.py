"""Which institutions and curricula are there, which version binds whom, and who published it?"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.core.approval import State
from dualdegree.core.grades import SCALES, Scale
from dualdegree.core.policy import Actor, Permission, of_institutions, require
from dualdegree.core.refusal import Absent
from dualdegree.core.text import Text
from dualdegree.programmes.approving import approve, in_force, versions_of
from dualdegree.programmes.models import AgreementVersion, CurriculumSeries, CurriculumVersion, Institution, Programme
from dualdegree.programmes.texts import agreed


def institutions(session: orm.Session) -> Sequence[Institution]:
    """Every institution, in the order of their ids."""
    return session.scalars(sa.select(Institution).order_by(Institution.id)).all()


def institution(session: orm.Session, institution_id: str) -> Institution:
    """The institution; raises ``Absent``."""
    known = session.get(Institution, institution_id)
    if known is None:
        raise Absent('There is no institution "%(id)s"; save its profile first.', {"id": institution_id})
    return known


def scales(session: orm.Session) -> Mapping[str, Scale]:
    """Each institution's grade scale, by its id."""
    return {institution.id: SCALES[institution.grade_scale] for institution in institutions(session)}


def programme_titles(session: orm.Session) -> Mapping[str, Text]:
    """The title of every programme by its id, in the order of the ids."""
    return {
        programme.id: programme.titles for programme in session.scalars(sa.select(Programme).order_by(Programme.id))
    }


def agreements(session: orm.Session, institution_id: str) -> Sequence[AgreementVersion]:
    """Every version of every agreement that the institution is a party of, newest first in each programme."""
    return versions_of(session, AgreementVersion, institution_id)


def curriculum_versions(session: orm.Session, programme_ids: Iterable[str]) -> Sequence[CurriculumVersion]:
    """Every version of both sides' curricula in these programmes, by institution and admission, newest first."""
    query = (
        sa.select(CurriculumVersion)
        .join(CurriculumVersion.curriculum)
        .where(CurriculumSeries.programme_id.in_(list(programme_ids)))
        .order_by(CurriculumVersion.institution_id, CurriculumVersion.admission_from.desc(), CurriculumVersion.version)
        .options(orm.contains_eager(CurriculumVersion.curriculum))
    )
    return session.scalars(query).all()


def versions_with(session: orm.Session, institution_id: str) -> Sequence[CurriculumVersion]:
    """Every version of the institution's curricula and of its partners' in the same programmes, newest first."""
    own = CurriculumSeries.institution_id == institution_id
    return curriculum_versions(session, session.scalars(sa.select(CurriculumSeries.programme_id).where(own).distinct()))


def published(session: orm.Session, institution_id: str, programme_id: str) -> tuple[CurriculumVersion, ...]:
    """The institution's published versions in the programme: what ``choose`` chooses from."""
    versions = curriculum_versions(session, [programme_id])
    return tuple(
        version for version in versions if version.institution_id == institution_id and version.published_at is not None
    )


def choose(versions: Sequence[CurriculumVersion], admission_term: str, route: str) -> CurriculumVersion | None:
    """The one version for whoever was admitted in that term by that route: the latest that had begun by then.

    Of several for the very same admissions it is the one published last, which replaced the others.
    """
    fitting = [version for version in versions if version.admission.takes(admission_term, route)]
    return max(fitting, key=lambda version: (version.admission_from, version.published_at, version.id), default=None)


def parties_of(session: orm.Session, programme_id: str) -> tuple[str, ...]:
    """The institutions of the programme, as its first agreement names them; none while there is no agreement."""
    first = session.scalars(
        sa.select(AgreementVersion)
        .where(AgreementVersion.programme_id == programme_id)
        .order_by(AgreementVersion.id)
        .limit(1)
    ).first()
    return first.parties if first else ()


def agreement_in_force(session: orm.Session, programme_id: str) -> AgreementVersion | None:
    """The agreement that is applied in the programme, if both institutions approved one."""
    return in_force(session, AgreementVersion, programme_id)


def approve_agreement(
    session: orm.Session, actor: Actor, version: AgreementVersion, *, institution_id: str, at: dt.datetime, digest: str
) -> State:
    """A registrar's yes to the agreement, for one party; see ``approve``."""
    require(actor, Permission.APPROVE_AGREEMENT, of_institutions(institution_id))
    state = approve(session, actor, version, institution_id=institution_id, at=at, digest=digest)
    if state is State.IN_FORCE:
        session.get_one(Programme, version.programme_id).titles = agreed(version).title
    return state


def lock_imports(session: orm.Session) -> None:
    """Let one import or link apply at a time: two that add the same thing must see each other."""
    turn = sa.select(Institution.id).order_by(Institution.id).with_for_update(key_share=True)
    session.execute(turn).all()
