"""Create the steps by which a curriculum version is published."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "publication_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("curriculum_version_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["curriculum_version_id"], ["curriculum_version.id"], name=op.f("fk_publication_step_curriculum_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_publication_step_institution_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_publication_step_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_step")),
    )
    op.create_index(
        op.f("ix_publication_step_curriculum_version_id"), "publication_step", ["curriculum_version_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_publication_step_curriculum_version_id"), table_name="publication_step")
    op.drop_table("publication_step")
