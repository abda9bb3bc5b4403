"""Create the append-only history."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_event_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("institution_id", "number", name=op.f("uq_event_institution_id_number")),
    )
    op.create_index(op.f("ix_event_subject"), "event", ["subject"], unique=False)
    # Nobody rewrites history, not even the tables' owner by mistake.
    if op.get_bind().dialect.name == "postgresql":
        op.execute("""
            CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'The history is append-only.'; END $$""")
        op.execute("""
            CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE ON event
            FOR EACH ROW EXECUTE FUNCTION history_is_append_only()""")
    else:
        for act in ("UPDATE", "DELETE"):
            op.execute(f"""
                CREATE TRIGGER event_no_{act.lower()} BEFORE {act} ON event
                BEGIN SELECT RAISE(ABORT, 'The history is append-only.'); END""")


def downgrade() -> None:
    op.drop_index(op.f("ix_event_subject"), table_name="event")
    op.drop_table("event")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION history_is_append_only")
