"""Keep what badges call an institution, by language, beside its names."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

INSTITUTIONS = sa.table(
    "institution", sa.column("id", sa.String()), sa.column("profile", sa.Text()), sa.column("short_names", sa.JSON())
)
LINE = re.compile("^short_name: *(.+?) *$", re.MULTILINE)


def upgrade() -> None:
    op.add_column("institution", sa.Column("short_names", sa.JSON(), nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.select(INSTITUTIONS.c.id, INSTITUTIONS.c.profile)).all():
        # Until now it was one plain text for every language.
        known = LINE.search(row.profile)
        if known:
            said = {"und": known[1].strip("\"'")}
            connection.execute(sa.update(INSTITUTIONS).where(INSTITUTIONS.c.id == row.id).values(short_names=said))


def downgrade() -> None:
    op.drop_column("institution", "short_names")
