"""Where is a student in which term? At the partner, in the terms of a learning agreement that is in force."""

import sqlalchemy as sa
from sqlalchemy import orm

from dualdegree.audit.dossiers import Dossier
from dualdegree.audit.planning.expected import Expected
from dualdegree.core.approval import State
from dualdegree.requests.models import LearningAgreement


def expected(session: orm.Session, dossier: Dossier) -> Expected:
    """The terms of the student's learning agreements in force, in one query."""
    query = (
        sa.select(LearningAgreement)
        .where(LearningAgreement.student_id == dossier.student.id, LearningAgreement.state == State.IN_FORCE)
        .order_by(LearningAgreement.id)
    )
    return Expected(
        away={
            term: agreement.partner_id
            for agreement in session.scalars(query)
            for term in sorted({agreement.stay, *(study["term"] for study in agreement.studied)})
        }
    )
