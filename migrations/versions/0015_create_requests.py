"""Create requests for recognition, what was decided of them, and learning agreements."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "decided_recognition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("degree", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("outside", sa.JSON(), nullable=False),
        sa.Column("grants", sa.JSON(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_decided_recognition_institution_id")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["institution.id"], name=op.f("fk_decided_recognition_partner_id")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_decided_recognition_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decided_recognition")),
        sa.UniqueConstraint("key", name=op.f("uq_decided_recognition_key")),
    )
    op.create_index(op.f("ix_decided_recognition_student_id"), "decided_recognition", ["student_id"], unique=False)
    op.create_table(
        "learning_agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("degree", sa.String(), nullable=False),
        sa.Column("stay", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("studied", sa.JSON(), nullable=False),
        sa.Column("recognised", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("endorsed_by", sa.Integer(), nullable=True),
        sa.Column("endorsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_learning_agreement_confirmed_by")),
        sa.ForeignKeyConstraint(["endorsed_by"], ["person.id"], name=op.f("fk_learning_agreement_endorsed_by")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_learning_agreement_institution_id")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["institution.id"], name=op.f("fk_learning_agreement_partner_id")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_learning_agreement_student_id")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_learning_agreement_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_agreement")),
        sa.UniqueConstraint(
            "student_id",
            "partner_id",
            "stay",
            "number",
            name=op.f("uq_learning_agreement_student_id_partner_id_stay_number"),
        ),
    )
    op.create_index(op.f("ix_learning_agreement_state"), "learning_agreement", ["state"], unique=False)
    op.create_index(op.f("ix_learning_agreement_student_id"), "learning_agreement", ["student_id"], unique=False)
    op.create_table(
        "recognition_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("degree", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("outside", sa.JSON(), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("target_key", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("mobility", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("endorsed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_before_by", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=True),
        sa.Column("minute", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("explanation_language", sa.String(), nullable=True),
        sa.Column("legal_basis", sa.JSON(), nullable=True),
        sa.Column("appeal_body", sa.JSON(), nullable=True),
        sa.Column("appeal_until", sa.Date(), nullable=True),
        sa.Column("granted", sa.JSON(), nullable=False),
        sa.Column("granted_credits", sa.Numeric(12, 4).with_variant(sa.String(16), "sqlite"), nullable=True),
        sa.Column("granted_grade", sa.Numeric(12, 4).with_variant(sa.String(16), "sqlite"), nullable=True),
        sa.Column("originals", sa.JSON(), nullable=False),
        sa.Column("working", sa.JSON(), nullable=False),
        sa.Column("grading_tables", sa.JSON(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("recognition_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_recognition_request_asked_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_recognition_request_confirmed_by")),
        sa.ForeignKeyConstraint(
            ["decided_before_by"], ["person.id"], name=op.f("fk_recognition_request_decided_before_by")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_recognition_request_decided_by")),
        sa.ForeignKeyConstraint(["endorsed_by"], ["person.id"], name=op.f("fk_recognition_request_endorsed_by")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_recognition_request_entered_by")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_recognition_request_institution_id")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["institution.id"], name=op.f("fk_recognition_request_partner_id")),
        sa.ForeignKeyConstraint(
            ["recognition_id"], ["decided_recognition.id"], name=op.f("fk_recognition_request_recognition_id")
        ),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_recognition_request_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition_request")),
    )
    op.create_index(
        "ix_recognition_request_institution_id_state",
        "recognition_request",
        ["institution_id", "state", "due_on", "id"],
        unique=False,
    )
    op.create_index(
        "ix_recognition_request_partner_id_state",
        "recognition_request",
        ["partner_id", "state", "due_on", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_recognition_request_student_id"), "recognition_request", ["student_id"], unique=False)
    op.create_table(
        "requested_course",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_requested_course_institution_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["recognition_request.id"], name=op.f("fk_requested_course_request_id")
        ),
        sa.PrimaryKeyConstraint("request_id", "institution_id", "course", name=op.f("pk_requested_course")),
    )
    op.create_index(
        "ix_requested_course_institution_id_course",
        "requested_course",
        ["institution_id", "course", "request_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_requested_course_institution_id_course", table_name="requested_course")
    op.drop_table("requested_course")
    op.drop_index(op.f("ix_recognition_request_student_id"), table_name="recognition_request")
    op.drop_index("ix_recognition_request_partner_id_state", table_name="recognition_request")
    op.drop_index("ix_recognition_request_institution_id_state", table_name="recognition_request")
    op.drop_table("recognition_request")
    op.drop_index(op.f("ix_learning_agreement_student_id"), table_name="learning_agreement")
    op.drop_index(op.f("ix_learning_agreement_state"), table_name="learning_agreement")
    op.drop_table("learning_agreement")
    op.drop_index(op.f("ix_decided_recognition_student_id"), table_name="decided_recognition")
    op.drop_table("decided_recognition")
