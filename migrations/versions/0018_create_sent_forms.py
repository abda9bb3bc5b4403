"""Create the forms that were sent, so that a repeat is answered and not done again."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "sent_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sent_form_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_form")),
        sa.UniqueConstraint("claim", name=op.f("uq_sent_form_claim")),
    )
    op.create_index("ix_sent_form_person_id_sent_at", "sent_form", ["person_id", "sent_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_sent_form_person_id_sent_at", table_name="sent_form")
    op.drop_table("sent_form")
