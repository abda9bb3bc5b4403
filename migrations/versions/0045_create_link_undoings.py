"""Create what is remembered of two rows that became one student, and the undoing of a link that was wrong."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0035"


def upgrade() -> None:
    op.create_table(
        "student_join",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("enrolments", sa.JSON(), nullable=False),
        sa.Column("kept_account", sa.Integer(), nullable=True),
        sa.Column("gone_account", sa.Integer(), nullable=True),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["gone_account"], ["person.id"], name=op.f("fk_student_join_gone_account")),
        sa.ForeignKeyConstraint(["gone_id"], ["student.id"], name=op.f("fk_student_join_gone_id")),
        sa.ForeignKeyConstraint(["kept_account"], ["person.id"], name=op.f("fk_student_join_kept_account")),
        sa.ForeignKeyConstraint(["kept_id"], ["student.id"], name=op.f("fk_student_join_kept_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_student_join")),
    )
    op.create_index(op.f("ix_student_join_kept_id"), "student_join", ["kept_id"], unique=False)
    op.create_table(
        "link_undoing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("joined_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("proposer_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("account_of", sa.Integer(), nullable=True),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_of"], ["enrolment.id"], name=op.f("fk_link_undoing_account_of")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_link_undoing_decided_by")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_link_undoing_institution_id")),
        sa.ForeignKeyConstraint(["joined_id"], ["student.id"], name=op.f("fk_link_undoing_joined_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_link_undoing_proposed_by")),
        sa.ForeignKeyConstraint(["proposer_id"], ["institution.id"], name=op.f("fk_link_undoing_proposer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_undoing")),
    )
    for column in ("institution_id", "joined_id"):
        op.create_index(op.f(f"ix_link_undoing_{column}"), "link_undoing", [column], unique=False)


def downgrade() -> None:
    for column in ("joined_id", "institution_id"):
        op.drop_index(op.f(f"ix_link_undoing_{column}"), table_name="link_undoing")
    op.drop_table("link_undoing")
    op.drop_index(op.f("ix_student_join_kept_id"), table_name="student_join")
    op.drop_table("student_join")
