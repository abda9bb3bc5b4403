"""Create audit results."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "audit_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("include", sa.String(), nullable=False),
        sa.Column("case_digest", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("audited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_audit_result_institution_id")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_audit_result_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_result")),
        sa.UniqueConstraint(
            "student_id",
            "include",
            "case_digest",
            "engine",
            name=op.f("uq_audit_result_student_id_include_case_digest_engine"),
        ),
    )
    op.create_index(op.f("ix_audit_result_student_id"), "audit_result", ["student_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_audit_result_student_id"), table_name="audit_result")
    op.drop_table("audit_result")
