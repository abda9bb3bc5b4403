"""Keep what was decided on a course beside it, so that one index answers what was decided before."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

EXACT = sa.Numeric(12, 4).with_variant(sa.String(16), "sqlite")
COLUMNS = ("institution_id", "course", "decider_id", "target_key", "credits", "grade", "reason", "decided_on")
INDEX = (*COLUMNS, "request_id")
FOLLOW = """
    UPDATE requested_course SET
        decider_id = (SELECT r.institution_id FROM recognition_request r WHERE r.id = request_id
                      AND r.decided_on IS NOT NULL
                      AND r.state IN ('granted', 'partly_granted', 'refused', 'entered', 'closed', 'appealed')),
        target_key = (SELECT r.target_key FROM recognition_request r WHERE r.id = request_id),
        credits = (SELECT r.granted_credits FROM recognition_request r WHERE r.id = request_id),
        grade = (SELECT r.granted_grade FROM recognition_request r WHERE r.id = request_id),
        reason = (SELECT r.reason FROM recognition_request r WHERE r.id = request_id),
        decided_on = (SELECT r.decided_on FROM recognition_request r WHERE r.id = request_id)
    """


def upgrade() -> None:
    with op.batch_alter_table("requested_course") as table:
        table.add_column(sa.Column("decider_id", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("target_key", sa.String(), nullable=True))
        table.add_column(sa.Column("credits", EXACT, nullable=True))
        table.add_column(sa.Column("grade", EXACT, nullable=True))
        table.add_column(sa.Column("reason", sa.String(), nullable=True))
        table.add_column(sa.Column("decided_on", sa.Date(), nullable=True))
        table.create_foreign_key(op.f("fk_requested_course_decider_id"), "institution", ["decider_id"], ["id"])
        table.drop_index("ix_requested_course_institution_id_course")
        table.create_index("ix_requested_course_precedents", INDEX)
    op.execute(FOLLOW)


def downgrade() -> None:
    with op.batch_alter_table("requested_course") as table:
        table.drop_index("ix_requested_course_precedents")
        table.create_index("ix_requested_course_institution_id_course", ["institution_id", "course", "request_id"])
        table.drop_constraint(op.f("fk_requested_course_decider_id"), type_="foreignkey")
        for column in COLUMNS[2:]:
            table.drop_column(column)
