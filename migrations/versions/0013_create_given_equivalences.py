"""Create the versions of the equivalences that students keep."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "given_equivalences",
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minute", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_given_equivalences_institution_id")
        ),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_given_equivalences_student_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["equivalence_version.id"], name=op.f("fk_given_equivalences_version_id")
        ),
        sa.PrimaryKeyConstraint("student_id", name=op.f("pk_given_equivalences")),
    )
    op.create_index(op.f("ix_given_equivalences_version_id"), "given_equivalences", ["version_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_given_equivalences_version_id"), table_name="given_equivalences")
    op.drop_table("given_equivalences")
