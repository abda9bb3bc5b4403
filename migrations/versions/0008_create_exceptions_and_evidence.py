"""Keep audits as evidence, and the exceptions that they use.

Answers kept so far have no evidence: they are dropped, and computed again when somebody asks for them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def _answers(*evidence: sa.schema.SchemaItem) -> None:
    op.create_table(
        "audit_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("include", sa.String(), nullable=False),
        sa.Column("case_digest", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("audited_at", sa.DateTime(timezone=True), nullable=False),
        *evidence,
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_audit_result_institution_id")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_audit_result_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_result")),
        sa.UniqueConstraint(
            "student_id",
            "include",
            "case_digest",
            "engine",
            name=op.f("uq_audit_result_student_id_include_case_digest_engine"),
        ),
    )
    op.create_index(op.f("ix_audit_result_student_id"), "audit_result", ["student_id"], unique=False)


def upgrade() -> None:
    op.drop_table("audit_result")
    _answers(
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["previous_id"], ["audit_result.id"], name=op.f("fk_audit_result_previous_id")),
    )
    op.create_table(
        "latest_audit",
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("include", sa.String(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_id", sa.Integer(), nullable=True),
        sa.Column("previous_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("enrolments", sa.Integer(), nullable=False),
        sa.Column("first_enrolment", sa.Integer(), nullable=False),
        sa.Column("first_revision", sa.Integer(), nullable=False),
        sa.Column("first_curriculum", sa.Integer(), nullable=False),
        sa.Column("first_scale", sa.String(), nullable=False),
        sa.Column("second_enrolment", sa.Integer(), nullable=False),
        sa.Column("second_revision", sa.Integer(), nullable=False),
        sa.Column("second_curriculum", sa.Integer(), nullable=False),
        sa.Column("second_scale", sa.String(), nullable=False),
        sa.Column("agreement", sa.Integer(), nullable=False),
        sa.Column("agreement_revision", sa.Integer(), nullable=False),
        sa.Column("equivalences", sa.Integer(), nullable=False),
        sa.Column("equivalences_revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_latest_audit_institution_id")),
        sa.ForeignKeyConstraint(["previous_id"], ["audit_result.id"], name=op.f("fk_latest_audit_previous_id")),
        sa.ForeignKeyConstraint(["result_id"], ["audit_result.id"], name=op.f("fk_latest_audit_result_id")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_latest_audit_student_id")),
        sa.PrimaryKeyConstraint("student_id", "include", name=op.f("pk_latest_audit")),
    )
    op.create_table(
        "exception_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("degree", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("requirement", sa.String(), nullable=True),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("at_least", sa.Numeric(12, 4).with_variant(sa.String(length=16), "sqlite"), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=True),
        sa.Column("minute", sa.String(), nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_exception_request_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_exception_request_decided_by")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_exception_request_entered_by")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_exception_request_institution_id")
        ),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_exception_request_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exception_request")),
    )
    for column in ("student_id", "institution_id", "state"):
        op.create_index(op.f(f"ix_exception_request_{column}"), "exception_request", [column], unique=False)


def downgrade() -> None:
    op.drop_table("exception_request")
    op.drop_table("latest_audit")
    op.drop_table("audit_result")
    _answers()
