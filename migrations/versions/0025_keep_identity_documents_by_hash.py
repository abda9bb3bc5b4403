"""Keep of an identity document its hash and its end, and with an enrolment its cohort and field."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0037"

COLUMNS = {
    "document_hash": sa.String(64),
    "document_end": sa.String(4),
    "cohort": sa.String(),
    "field": sa.String(),
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("enrolment", sa.Column(name, kind, nullable=True))
    op.create_index("ix_enrolment_document_hash", "enrolment", ["document_hash"])


def downgrade() -> None:
    op.drop_index("ix_enrolment_document_hash", "enrolment")
    with op.batch_alter_table("enrolment") as table:
        for name in reversed(COLUMNS):
            table.drop_column(name)
