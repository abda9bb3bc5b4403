"""Keep every row that an import changes as it was before and is after, and when an import was taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "imported_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(), nullable=False),
        sa.Column("row_table", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_imported_row_batch_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_imported_row_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_row")),
    )
    op.create_index(op.f("ix_imported_row_batch_id"), "imported_row", ["batch_id"], unique=False)
    op.create_index("ix_imported_row_row", "imported_row", ["row_table", "row_id"], unique=False)
    with op.batch_alter_table("import_batch") as batch:
        batch.add_column(sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("taken_back_by", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_import_batch_taken_back_by"), "person", ["taken_back_by"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("import_batch") as batch:
        batch.drop_constraint(op.f("fk_import_batch_taken_back_by"), type_="foreignkey")
        batch.drop_column("taken_back_by")
        batch.drop_column("taken_back_at")
    op.drop_index("ix_imported_row_row", table_name="imported_row")
    op.drop_index(op.f("ix_imported_row_batch_id"), table_name="imported_row")
    op.drop_table("imported_row")
