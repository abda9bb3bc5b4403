"""Create enterprises, agreements on training, mentors, and what this system enters in a record."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "enterprise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_enterprise_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise")),
        sa.UniqueConstraint("country", "identifier", name=op.f("uq_enterprise_country_identifier")),
    )
    op.create_index(op.f("ix_enterprise_institution_id"), "enterprise", ["institution_id"], unique=False)
    op.create_table(
        "mentor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("qualification", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_mentor_enterprise_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_mentor_institution_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mentor_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor")),
        sa.UniqueConstraint("institution_id", "kind", "email", name=op.f("uq_mentor_institution_id_kind_email")),
    )
    op.create_index(op.f("ix_mentor_enterprise_id"), "mentor", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_mentor_institution_id"), "mentor", ["institution_id"], unique=False)
    op.create_index(op.f("ix_mentor_person_id"), "mentor", ["person_id"], unique=False)
    op.create_table(
        "training_agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=True),
        sa.Column("student_id", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_training_agreement_enterprise_id")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_training_agreement_institution_id")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["institution.id"], name=op.f("fk_training_agreement_partner_id")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_training_agreement_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_agreement")),
        sa.UniqueConstraint("institution_id", "reference", name=op.f("uq_training_agreement_institution_id_reference")),
    )
    op.create_index(op.f("ix_training_agreement_enterprise_id"), "training_agreement", ["enterprise_id"], unique=False)
    op.create_table(
        "mentor_appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("appointed_from", sa.Date(), nullable=False),
        sa.Column("appointed_until", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_mentor_appointment_institution_id")
        ),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentor.id"], name=op.f("fk_mentor_appointment_mentor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_appointment")),
    )
    op.create_index(op.f("ix_mentor_appointment_mentor_id"), "mentor_appointment", ["mentor_id"], unique=False)
    op.create_table(
        "mentor_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("sent_by", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_mentor_invitation_institution_id")
        ),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentor.id"], name=op.f("fk_mentor_invitation_mentor_id")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_mentor_invitation_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mentor_invitation_token_hash")),
    )
    op.create_index(op.f("ix_mentor_invitation_mentor_id"), "mentor_invitation", ["mentor_id"], unique=False)
    op.create_table(
        "entered_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("adds", sa.Boolean(), nullable=False),
        sa.Column("register_says", sa.JSON(), nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_entered_result_enrolment_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_entered_result_entered_by")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_entered_result_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entered_result")),
        sa.UniqueConstraint(
            "enrolment_id", "kind", "what", "source", name=op.f("uq_entered_result_enrolment_id_kind_what_source")
        ),
    )
    op.create_index(op.f("ix_entered_result_enrolment_id"), "entered_result", ["enrolment_id"], unique=False)
    op.create_index(op.f("ix_entered_result_institution_id"), "entered_result", ["institution_id"], unique=False)
    op.create_index(op.f("ix_entered_result_source"), "entered_result", ["source"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_entered_result_source"), table_name="entered_result")
    op.drop_index(op.f("ix_entered_result_institution_id"), table_name="entered_result")
    op.drop_index(op.f("ix_entered_result_enrolment_id"), table_name="entered_result")
    op.drop_table("entered_result")
    op.drop_index(op.f("ix_mentor_invitation_mentor_id"), table_name="mentor_invitation")
    op.drop_table("mentor_invitation")
    op.drop_index(op.f("ix_mentor_appointment_mentor_id"), table_name="mentor_appointment")
    op.drop_table("mentor_appointment")
    op.drop_index(op.f("ix_training_agreement_enterprise_id"), table_name="training_agreement")
    op.drop_table("training_agreement")
    op.drop_index(op.f("ix_mentor_person_id"), table_name="mentor")
    op.drop_index(op.f("ix_mentor_institution_id"), table_name="mentor")
    op.drop_index(op.f("ix_mentor_enterprise_id"), table_name="mentor")
    op.drop_table("mentor")
    op.drop_index(op.f("ix_enterprise_institution_id"), table_name="enterprise")
    op.drop_table("enterprise")
