"""Create the titles that institutions approve in further languages, beside the stored texts."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0045"


def upgrade() -> None:
    op.create_table(
        "title_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_title_form_decided_by")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_title_form_entered_by")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_title_form_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_form")),
    )
    op.create_index(op.f("ix_title_form_institution_id"), "title_form", ["institution_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_title_form_institution_id"), table_name="title_form")
    op.drop_table("title_form")
