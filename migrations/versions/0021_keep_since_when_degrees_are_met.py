"""Keep since when both degrees are met, as far as the audits that are kept tell it."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

COLUMNS = ("met_since", "unmet_until")
LATEST = sa.table(
    "latest_audit",
    sa.column("student_id"),
    sa.column("include"),
    sa.column("since", sa.DateTime(timezone=True)),
    sa.column("result_id"),
    sa.column("previous_id"),
    sa.column("previous_until", sa.DateTime(timezone=True)),
    *(sa.column(name, sa.DateTime(timezone=True)) for name in COLUMNS),
)
RESULTS = sa.table("audit_result", sa.column("id"), sa.column("answer"))


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("latest_audit", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.select(LATEST).order_by(LATEST.c.student_id, LATEST.c.include)).all():
        if not _met(connection, row.result_id):
            continue
        # What was kept before the one before is not known to have been the latest at any time but its first.
        begun = row.previous_id is not None and not _met(connection, row.previous_id)
        connection.execute(
            sa.update(LATEST)
            .where(LATEST.c.student_id == row.student_id, LATEST.c.include == row.include)
            .values(met_since=row.since, unmet_until=row.previous_until if begun else None)
        )


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("latest_audit", name)


def _met(connection, result_id):
    answer = connection.scalar(sa.select(RESULTS.c.answer).where(RESULTS.c.id == result_id))
    degrees = json.loads(answer)["degrees"].values()
    return len(degrees) == 2 and all(degree["met"] for degree in degrees)
