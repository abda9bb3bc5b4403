"""Create language certificates, and what each institution made of one."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0055"


def upgrade() -> None:
    op.create_table(
        "language_certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("time", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("scale", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("number_end", sa.String(), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_language_certificate_student_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_language_certificate_entered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_language_certificate")),
        sa.UniqueConstraint("student_id", "key", "time", name=op.f("uq_language_certificate_student_id_key_time")),
    )
    op.create_index(op.f("ix_language_certificate_student_id"), "language_certificate", ["student_id"], unique=False)
    op.create_table(
        "certificate_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.Column("milestones", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["language_certificate.id"], name=op.f("fk_certificate_decision_certificate_id")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_certificate_decision_institution_id")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_certificate_decision_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_decision")),
        sa.UniqueConstraint(
            "certificate_id", "institution_id", name=op.f("uq_certificate_decision_certificate_id_institution_id")
        ),
    )
    for column in ("certificate_id", "institution_id"):
        op.create_index(op.f(f"ix_certificate_decision_{column}"), "certificate_decision", [column], unique=False)


def downgrade() -> None:
    op.drop_table("certificate_decision")
    op.drop_table("language_certificate")
