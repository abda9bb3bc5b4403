"""Keep how far a job has come, as its task last said."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("job", sa.Column("progress", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("job") as job:
        job.alter_column("progress", server_default=None)


def downgrade() -> None:
    op.drop_column("job", "progress")
