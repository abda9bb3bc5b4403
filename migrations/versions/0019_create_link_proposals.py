"""Create the links between two registers that one proposes and the other confirms."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "link_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("named_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_link_proposal_decided_by")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_link_proposal_enrolment_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_link_proposal_institution_id")),
        sa.ForeignKeyConstraint(["named_id"], ["enrolment.id"], name=op.f("fk_link_proposal_named_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_proposal")),
        sa.UniqueConstraint("enrolment_id", "named_id", name=op.f("uq_link_proposal_enrolment_id_named_id")),
    )
    for column in ("enrolment_id", "institution_id", "named_id"):
        op.create_index(op.f(f"ix_link_proposal_{column}"), "link_proposal", [column], unique=False)


def downgrade() -> None:
    for column in ("named_id", "institution_id", "enrolment_id"):
        op.drop_index(op.f(f"ix_link_proposal_{column}"), table_name="link_proposal")
    op.drop_table("link_proposal")
