"""Keep what the words of registers beside a row mean: on attempts, and on rows that are listed."""

import sqlalchemy as sa
import yaml
from alembic import op

revision = "0044"
down_revision = "0036"

INSTITUTIONS = sa.table("institution", sa.column("id", sa.String()), sa.column("profile", sa.Text()))
LISTED = sa.table(
    "register_recognition",
    sa.column("institution_id", sa.String()),
    sa.column("mark", sa.String()),
    sa.column("kind", sa.String()),
)


def upgrade() -> None:
    for table, column in (
        ("attempt", sa.Column("marks", sa.JSON(), nullable=False, server_default="[]")),
        ("register_recognition", sa.Column("kind", sa.String(), nullable=False, server_default="recognised")),
    ):
        op.add_column(table, column)
        with op.batch_alter_table(table) as altered:
            altered.alter_column(column.name, server_default=None)
    connection = op.get_bind()
    for row in connection.execute(sa.select(INSTITUTIONS.c.id, INSTITUTIONS.c.profile)).all():
        for mark, kind in _kinds(row.profile).items():
            those = sa.and_(LISTED.c.institution_id == row.id, LISTED.c.mark == mark)
            connection.execute(sa.update(LISTED).where(those).values(kind=kind))


def _kinds(profile):
    """What each mark was, as the profile said until now."""
    grades = ((yaml.safe_load(profile) or {}).get("imports") or {}).get("grades") or {}
    listing = (grades.get("values") or {}).get("listing") or {}
    return {str(mark): kind for mark, kind in listing.items() if kind in {"exempted", "transferred"}}


def downgrade() -> None:
    op.drop_column("register_recognition", "kind")
    op.drop_column("attempt", "marks")
