"""Create theses with their titles, supervisors, gates, reviews and defences."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0028"

PERSON = "person.id"


def _keys(table: str, **references: str) -> list[sa.schema.SchemaItem]:
    """The keys of a table: its own id, and what its columns refer to."""
    return [
        *(
            sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))
            for column, to in references.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _whole(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _text(name: str, kind: sa.types.TypeEngine[str] | None = None) -> sa.Column[object]:
    return sa.Column(name, kind or sa.String(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "thesis", _whole("id"), _whole("student_id"), _whole("time"), _text("kind"), _text("stage"),
        _text("awaits"), sa.Column("embargo_until", sa.Date(), nullable=True), _text("embargo_reason"),
        _whole("proposed_by"),
        _moment("proposed_at"), _moment("withdrawn_at", nullable=True), _whole("revision"),
        *_keys("thesis", student_id="student.id", proposed_by=PERSON),
        sa.UniqueConstraint("student_id", "time", name=op.f("uq_thesis_student_id_time")),
    )  # fmt: skip
    for column in ("student_id", "stage"):
        op.create_index(op.f(f"ix_thesis_{column}"), "thesis", [column], unique=False)
    op.create_table(
        "thesis_title", _whole("id"), _whole("thesis_id"), sa.Column("title", sa.JSON(), nullable=False),
        _whole("person_id"), _moment("at"), _text("reason"),
        *_keys("thesis_title", thesis_id="thesis.id", person_id=PERSON),
    )  # fmt: skip
    op.create_table(
        "thesis_supervisor", _whole("id"), _whole("thesis_id"), _text("party"), _whole("person_id"), _text("name"),
        *_keys("thesis_supervisor", thesis_id="thesis.id", person_id=PERSON),
        sa.UniqueConstraint("thesis_id", "party", name=op.f("uq_thesis_supervisor_thesis_id_party")),
    )  # fmt: skip
    op.create_index(op.f("ix_thesis_supervisor_person_id"), "thesis_supervisor", ["person_id"], unique=False)
    op.create_table(
        "thesis_gate", _whole("id"), _whole("thesis_id"), _text("gate"), _text("words", sa.Text()),
        sa.Column("handed_in", sa.Boolean(), nullable=False), _moment("handed_in_at"), _text("reason", sa.Text()),
        *_keys("thesis_gate", thesis_id="thesis.id"),
        sa.UniqueConstraint("thesis_id", "gate", name=op.f("uq_thesis_gate_thesis_id_gate")),
    )  # fmt: skip
    op.create_table(
        "thesis_signature", _whole("id"), _whole("gate_id"), _text("party"), _whole("person_id"),
        _moment("signed_at"), _text("words", sa.Text()),
        *_keys("thesis_signature", gate_id="thesis_gate.id", person_id=PERSON),
        sa.UniqueConstraint("gate_id", "party", name=op.f("uq_thesis_signature_gate_id_party")),
    )  # fmt: skip
    op.create_index(op.f("ix_thesis_signature_gate_id"), "thesis_signature", ["gate_id"], unique=False)
    op.create_table(
        "thesis_review", _whole("id"), _whole("thesis_id"), _text("reviewer"), _text("reviewer_key"),
        _text("affiliation"), sa.Column("on", sa.Date(), nullable=False), _text("opinion"), _text("words", sa.Text()),
        _whole("entered_by"), _moment("entered_at"),
        *_keys("thesis_review", thesis_id="thesis.id", entered_by=PERSON),
        sa.UniqueConstraint("thesis_id", "reviewer_key", "on", name=op.f("uq_thesis_review_thesis_id_reviewer_key_on")),
    )  # fmt: skip
    op.create_table(
        "thesis_defence", _whole("id"), _whole("thesis_id"), _text("serves"), _whole("number"),
        sa.Column("on", sa.Date(), nullable=False), _text("place"), _text("video"),
        sa.Column("committee", sa.JSON(), nullable=False), _whole("in_favour"), _whole("against"),
        _whole("abstained"), sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("grades", sa.JSON(), nullable=False), _text("minute"),
        sa.Column("announced_on", sa.Date(), nullable=False), _text("corrections", sa.Text()),
        sa.Column("corrected_on", sa.Date(), nullable=True), _whole("corrected_by", nullable=True),
        sa.Column("entered", sa.JSON(), nullable=False), _whole("recorded_by"), _moment("recorded_at"),
        *_keys("thesis_defence", thesis_id="thesis.id", corrected_by=PERSON, recorded_by=PERSON),
        sa.UniqueConstraint("thesis_id", "serves", "number", name=op.f("uq_thesis_defence_thesis_id_serves_number")),
    )  # fmt: skip
    for table in ("thesis_title", "thesis_supervisor", "thesis_gate", "thesis_review", "thesis_defence"):
        op.create_index(op.f(f"ix_{table}_thesis_id"), table, ["thesis_id"], unique=False)


def downgrade() -> None:
    for table in (
        *("thesis_defence", "thesis_review", "thesis_signature", "thesis_gate", "thesis_supervisor", "thesis_title"),
        "thesis",
    ):
        op.drop_table(table)
