"""May a version of a curriculum be published, as far as students are concerned? Not while it orphans an exception."""

import datetime as dt

from sqlalchemy import orm

from dualdegree.audit.orphans import refuse_orphans
from dualdegree.audit.rule_changes.proposals import bound, of_curriculum
from dualdegree.core.policy import Actor
from dualdegree.programmes.curricula import publishing
from dualdegree.programmes.models import CurriculumVersion
from dualdegree.programmes.texts import curriculum_of


def publish(session: orm.Session, actor: Actor, version: CurriculumVersion, *, digest: str, at: dt.datetime) -> None:
    """Publish the version; see ``programmes.publishing.publish``.

    Raises ``Conflict`` while it would orphan an exception of somebody who is bound to what it replaces.
    """
    value = curriculum_of(version)
    students = bound(session, of_curriculum(session, value))
    publishing.publish(session, actor, version, digest=digest, at=at)
    refuse_orphans(session, value, students=students)
