"""Create students, enrolments, attempts, milestones and import batches."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_import_batch_institution_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_import_batch_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_index(op.f("ix_import_batch_institution_id"), "import_batch", ["institution_id"], unique=False)
    op.create_table(
        "student",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("han_name", sa.String(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("nationality", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_student_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_student_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_student")),
        sa.UniqueConstraint("person_id", name=op.f("uq_student_person_id")),
    )
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("partner_number", sa.String(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("admission_term", sa.String(), nullable=False),
        sa.Column("curriculum_version_id", sa.Integer(), nullable=True),
        sa.Column("advisor_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["advisor_id"], ["person.id"], name=op.f("fk_enrolment_advisor_id")),
        sa.ForeignKeyConstraint(
            ["curriculum_version_id"], ["curriculum_version.id"], name=op.f("fk_enrolment_curriculum_version_id")
        ),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_enrolment_institution_id")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_enrolment_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("institution_id", "number", name=op.f("uq_enrolment_institution_id_number")),
        sa.UniqueConstraint("student_id", "institution_id", name=op.f("uq_enrolment_student_id_institution_id")),
    )
    op.create_index(op.f("ix_enrolment_advisor_id"), "enrolment", ["advisor_id"], unique=False)
    op.create_index(op.f("ix_enrolment_curriculum_version_id"), "enrolment", ["curriculum_version_id"], unique=False)
    op.create_index(op.f("ix_enrolment_partner_number"), "enrolment", ["partner_number"], unique=False)
    op.create_index(op.f("ix_enrolment_student_id"), "enrolment", ["student_id"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("sitting", sa.String(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("credits", sa.Numeric(12, 4).with_variant(sa.String(16), "sqlite"), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("grade_as_given", sa.String(), nullable=False),
        sa.Column("grade", sa.Numeric(12, 4).with_variant(sa.String(16), "sqlite"), nullable=True),
        sa.Column("mention", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_attempt_enrolment_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_attempt_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint(
            "enrolment_id", "course", "term", "sitting", name=op.f("uq_attempt_enrolment_id_course_term_sitting")
        ),
    )
    op.create_index(op.f("ix_attempt_enrolment_id"), "attempt", ["enrolment_id"], unique=False)
    op.create_table(
        "milestone_held",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("milestone", sa.String(), nullable=False),
        sa.Column("value", sa.Numeric(12, 4).with_variant(sa.String(16), "sqlite"), nullable=True),
        sa.Column("achieved_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_milestone_held_enrolment_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_milestone_held_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone_held")),
        sa.UniqueConstraint("enrolment_id", "milestone", name=op.f("uq_milestone_held_enrolment_id_milestone")),
    )
    op.create_index(op.f("ix_milestone_held_enrolment_id"), "milestone_held", ["enrolment_id"], unique=False)
    op.create_table(
        "register_recognition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("credits", sa.Numeric(12, 4).with_variant(sa.String(16), "sqlite"), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_register_recognition_enrolment_id")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_register_recognition_institution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_recognition")),
        sa.UniqueConstraint(
            "enrolment_id", "course", "term", "mark", name=op.f("uq_register_recognition_enrolment_id_course_term_mark")
        ),
    )
    op.create_index(
        op.f("ix_register_recognition_enrolment_id"), "register_recognition", ["enrolment_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_register_recognition_enrolment_id"), table_name="register_recognition")
    op.drop_table("register_recognition")
    op.drop_index(op.f("ix_milestone_held_enrolment_id"), table_name="milestone_held")
    op.drop_table("milestone_held")
    op.drop_index(op.f("ix_attempt_enrolment_id"), table_name="attempt")
    op.drop_table("attempt")
    op.drop_index(op.f("ix_enrolment_student_id"), table_name="enrolment")
    op.drop_index(op.f("ix_enrolment_partner_number"), table_name="enrolment")
    op.drop_index(op.f("ix_enrolment_curriculum_version_id"), table_name="enrolment")
    op.drop_index(op.f("ix_enrolment_advisor_id"), table_name="enrolment")
    op.drop_table("enrolment")
    op.drop_table("student")
    op.drop_index(op.f("ix_import_batch_institution_id"), table_name="import_batch")
    op.drop_table("import_batch")
