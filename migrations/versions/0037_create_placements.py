"""Create placements, what each institution makes of them, and what is written in them."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "placement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("objectives", sa.Text(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("weekly_hours", sa.Numeric(12, 4).with_variant(sa.String(16), "sqlite"), nullable=False),
        sa.Column("hours", sa.Numeric(12, 4).with_variant(sa.String(16), "sqlite"), nullable=False),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("dual", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.String(), nullable=False),
        sa.Column("planned_by", sa.Integer(), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["training_agreement.id"], name=op.f("fk_placement_agreement_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_placement_enterprise_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_placement_institution_id")),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentor.id"], name=op.f("fk_placement_mentor_id")),
        sa.ForeignKeyConstraint(["planned_by"], ["person.id"], name=op.f("fk_placement_planned_by")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_placement_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
    )
    op.create_index(op.f("ix_placement_enterprise_id"), "placement", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_placement_institution_id"), "placement", ["institution_id"], unique=False)
    op.create_index(op.f("ix_placement_mentor_id"), "placement", ["mentor_id"], unique=False)
    op.create_index(op.f("ix_placement_student_id"), "placement", ["student_id"], unique=False)
    op.create_table(
        "placement_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_placement_entry_institution_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_placement_entry_person_id")),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name=op.f("fk_placement_entry_placement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_entry")),
        sa.UniqueConstraint(
            "placement_id",
            "institution_id",
            "kind",
            "what",
            "party",
            name=op.f("uq_placement_entry_placement_id_institution_id_kind_what_party"),
        ),
    )
    op.create_index(op.f("ix_placement_entry_placement_id"), "placement_entry", ["placement_id"], unique=False)
    op.create_table(
        "placement_side",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("credits", sa.Numeric(12, 4).with_variant(sa.String(16), "sqlite"), nullable=True),
        sa.Column("certified_by", sa.Integer(), nullable=True),
        sa.Column("certified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["certified_by"], ["person.id"], name=op.f("fk_placement_side_certified_by")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_placement_side_institution_id")),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentor.id"], name=op.f("fk_placement_side_mentor_id")),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name=op.f("fk_placement_side_placement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_side")),
        sa.UniqueConstraint(
            "placement_id", "institution_id", name=op.f("uq_placement_side_placement_id_institution_id")
        ),
    )
    op.create_index(op.f("ix_placement_side_mentor_id"), "placement_side", ["mentor_id"], unique=False)
    op.create_index(op.f("ix_placement_side_placement_id"), "placement_side", ["placement_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_placement_side_placement_id"), table_name="placement_side")
    op.drop_index(op.f("ix_placement_side_mentor_id"), table_name="placement_side")
    op.drop_table("placement_side")
    op.drop_index(op.f("ix_placement_entry_placement_id"), table_name="placement_entry")
    op.drop_table("placement_entry")
    op.drop_index(op.f("ix_placement_student_id"), table_name="placement")
    op.drop_index(op.f("ix_placement_mentor_id"), table_name="placement")
    op.drop_index(op.f("ix_placement_institution_id"), table_name="placement")
    op.drop_index(op.f("ix_placement_enterprise_id"), table_name="placement")
    op.drop_table("placement")
