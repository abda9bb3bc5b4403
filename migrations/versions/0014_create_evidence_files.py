"""Create the files that speak for recognitions."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "evidence_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_evidence_file_institution_id")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_evidence_file_student_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evidence_file_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_file")),
    )
    op.create_index(op.f("ix_evidence_file_sha256"), "evidence_file", ["sha256"], unique=False)
    of_courses = sa.text("student_id IS NULL")
    op.create_index(
        "uq_evidence_file_courses", "evidence_file", ["institution_id", "sha256"], unique=True,
        sqlite_where=of_courses, postgresql_where=of_courses,
    )  # fmt: skip
    op.create_index(
        "uq_evidence_file_student", "evidence_file", ["student_id", "sha256", "institution_id"], unique=True
    )


def downgrade() -> None:
    op.drop_table("evidence_file")
