"""Create equivalence versions."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "equivalence_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.String(length=64), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("in_force_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_equivalence_version_institution_id")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["institution.id"], name=op.f("fk_equivalence_version_partner_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_equivalence_version_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equivalence_version")),
        sa.UniqueConstraint("programme_id", "version", name=op.f("uq_equivalence_version_programme_id_version")),
    )


def downgrade() -> None:
    op.drop_table("equivalence_version")
