"""Create the dated states of enrolments, and the holds on students."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0029"


def upgrade() -> None:
    op.create_table(
        "state_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_roster", sa.Boolean(), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("struck_by", sa.Integer(), nullable=True),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["corrects_id"], ["state_entry.id"], name=op.f("fk_state_entry_corrects_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_state_entry_enrolment_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_state_entry_entered_by")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_state_entry_institution_id")),
        sa.ForeignKeyConstraint(["struck_by"], ["person.id"], name=op.f("fk_state_entry_struck_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_state_entry")),
    )
    op.create_index(op.f("ix_state_entry_enrolment_id"), "state_entry", ["enrolment_id"], unique=False)
    op.create_index(
        "uq_state_entry_enrolment_id_since",
        "state_entry",
        ["enrolment_id", "since"],
        unique=True,
        sqlite_where=sa.text("struck_at IS NULL"),
        postgresql_where=sa.text("struck_at IS NULL"),
    )
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.Integer(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.Integer(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_hold_institution_id")),
        sa.ForeignKeyConstraint(["lifted_by"], ["person.id"], name=op.f("fk_hold_lifted_by")),
        sa.ForeignKeyConstraint(["placed_by"], ["person.id"], name=op.f("fk_hold_placed_by")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_hold_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    for column in ("student_id", "institution_id"):
        op.create_index(op.f(f"ix_hold_{column}"), "hold", [column], unique=False)


def downgrade() -> None:
    for column in ("institution_id", "student_id"):
        op.drop_index(op.f(f"ix_hold_{column}"), table_name="hold")
    op.drop_table("hold")
    op.drop_index("uq_state_entry_enrolment_id_since", table_name="state_entry")
    op.drop_index(op.f("ix_state_entry_enrolment_id"), table_name="state_entry")
    op.drop_table("state_entry")
