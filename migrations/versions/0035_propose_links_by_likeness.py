"""Keep of a proposed link what it rests on, and find students by their birth date."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0025"


def upgrade() -> None:
    with op.batch_alter_table("link_proposal") as table:
        table.add_column(sa.Column("basis", sa.String(), nullable=False, server_default="number"))
        table.add_column(sa.Column("evidence", sa.JSON(), nullable=True))
        table.add_column(sa.Column("proposed_by", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_link_proposal_proposed_by"), "person", ["proposed_by"], ["id"])
    with op.batch_alter_table("link_proposal") as table:
        table.alter_column("basis", server_default=None)
    op.create_index("ix_student_birth_date", "student", ["birth_date"])


def downgrade() -> None:
    op.drop_index("ix_student_birth_date", "student")
    with op.batch_alter_table("link_proposal") as table:
        table.drop_constraint(op.f("fk_link_proposal_proposed_by"), type_="foreignkey")
        for name in ("proposed_by", "evidence", "basis"):
            table.drop_column(name)
