"""Create the courses on offer and saved plans."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "course_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("term", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_course_offer_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_offer")),
        sa.UniqueConstraint(
            "institution_id", "course", "term", name=op.f("uq_course_offer_institution_id_course_term")
        ),
    )
    op.create_table(
        "saved_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_saved_plan_institution_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_plan_person_id")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_saved_plan_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_plan")),
        sa.UniqueConstraint("student_id", "person_id", "name", name=op.f("uq_saved_plan_student_id_person_id_name")),
    )
    op.create_index(op.f("ix_saved_plan_student_id"), "saved_plan", ["student_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_saved_plan_student_id"), table_name="saved_plan")
    op.drop_table("saved_plan")
    op.drop_table("course_offer")
