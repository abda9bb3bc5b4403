"""Create the moves of students to other equivalences, which one institution proposes and the other decides."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0026"

INDEXED = ("institution_id", "partner_id", "state", "version_id")


def upgrade() -> None:
    op.create_table(
        "equivalence_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("minute", sa.String(), nullable=False),
        sa.Column("partner_minute", sa.String(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_equivalence_move_decided_by")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_equivalence_move_institution_id")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["institution.id"], name=op.f("fk_equivalence_move_partner_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_equivalence_move_proposed_by")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["equivalence_version.id"], name=op.f("fk_equivalence_move_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equivalence_move")),
    )
    for column in INDEXED:
        op.create_index(op.f(f"ix_equivalence_move_{column}"), "equivalence_move", [column], unique=False)
    op.create_table(
        "moved_student",
        sa.Column("move_id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("held_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["held_id"], ["equivalence_version.id"], name=op.f("fk_moved_student_held_id")),
        sa.ForeignKeyConstraint(["move_id"], ["equivalence_move.id"], name=op.f("fk_moved_student_move_id")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_moved_student_student_id")),
        sa.PrimaryKeyConstraint("move_id", "student_id", name=op.f("pk_moved_student")),
    )
    op.create_index(op.f("ix_moved_student_student_id"), "moved_student", ["student_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_moved_student_student_id"), table_name="moved_student")
    op.drop_table("moved_student")
    for column in reversed(INDEXED):
        op.drop_index(op.f(f"ix_equivalence_move_{column}"), table_name="equivalence_move")
    op.drop_table("equivalence_move")
