"""Create the choices of students among equivalences that are applied only to whoever chooses them."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0044"


def upgrade() -> None:
    op.create_table(
        "student_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("chosen_by", sa.Integer(), nullable=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["chosen_by"], ["person.id"], name=op.f("fk_student_choice_chosen_by")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_student_choice_student_id")),
        sa.ForeignKeyConstraint(["version_id"], ["equivalence_version.id"], name=op.f("fk_student_choice_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_student_choice")),
    )
    op.create_index(op.f("ix_student_choice_student_id"), "student_choice", ["student_id"], unique=False)
    op.create_index(
        "uq_student_choice_stands",
        "student_choice",
        ["student_id", "entry"],
        unique=True,
        sqlite_where=sa.text("taken_back_at IS NULL"),
        postgresql_where=sa.text("taken_back_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("uq_student_choice_stands", table_name="student_choice")
    op.drop_index(op.f("ix_student_choice_student_id"), table_name="student_choice")
    op.drop_table("student_choice")
