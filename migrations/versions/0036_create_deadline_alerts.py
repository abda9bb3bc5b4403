"""Create the alerts of deadlines that have passed."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0038"


def upgrade() -> None:
    op.create_table(
        "deadline_alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_deadline_alert_institution_id")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_deadline_alert_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_alert")),
        sa.UniqueConstraint(
            "institution_id", "rule", "occurrence", name=op.f("uq_deadline_alert_institution_id_rule_occurrence")
        ),
    )
    op.create_index(op.f("ix_deadline_alert_student_id"), "deadline_alert", ["student_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_deadline_alert_student_id"), table_name="deadline_alert")
    op.drop_table("deadline_alert")
