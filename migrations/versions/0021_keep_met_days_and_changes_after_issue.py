"""Keep since when both degrees are met, and how the record has changed since a document was issued."""

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
    _create_changes()


def _create_changes() -> None:
    op.create_table(
        "document_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["issued_document.id"], name=op.f("fk_document_change_document_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_document_change_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_change")),
    )
    op.create_index(op.f("ix_document_change_document_id"), "document_change", ["document_id"], unique=False)
    # What was once so stays so, whoever would rather not have it read.
    if op.get_bind().dialect.name == "postgresql":
        op.execute("""
            CREATE TRIGGER document_change_is_append_only BEFORE UPDATE OR DELETE ON document_change
            FOR EACH ROW EXECUTE FUNCTION history_is_append_only()""")
    else:
        for act in ("UPDATE", "DELETE"):
            op.execute(f"""
                CREATE TRIGGER document_change_no_{act.lower()} BEFORE {act} ON document_change
                BEGIN SELECT RAISE(ABORT, 'The history is append-only.'); END""")


def downgrade() -> None:
    op.drop_index(op.f("ix_document_change_document_id"), table_name="document_change")
    op.drop_table("document_change")
    for name in reversed(COLUMNS):
        op.drop_column("latest_audit", name)


def _met(connection, result_id):
    answer = connection.scalar(sa.select(RESULTS.c.answer).where(RESULTS.c.id == result_id))
    degrees = json.loads(answer)["degrees"].values()
    return len(degrees) == 2 and all(degree["met"] for degree in degrees)
