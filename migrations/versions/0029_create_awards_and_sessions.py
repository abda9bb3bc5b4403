"""Keep each student's way to each degree, the sessions that decide, what is conferred, hearings and errands."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0024"

MOMENT = sa.DateTime(timezone=True)
SIDES = ("first", "second")
LATEST = sa.table(
    "latest_audit",
    sa.column("student_id", sa.Integer()),
    sa.column("include", sa.String()),
    sa.column("result_id", sa.Integer()),
    sa.column("since", MOMENT),
    sa.column("enrolments", sa.Integer()),
    *(sa.column(f"{side}_met_since", MOMENT) for side in SIDES),
)
RESULT = sa.table("audit_result", sa.column("id", sa.Integer()), sa.column("answer", sa.Text()))


def upgrade() -> None:
    for side in SIDES:
        op.add_column("latest_audit", sa.Column(f"{side}_met_since", MOMENT, nullable=True))
        op.add_column("latest_audit", sa.Column(f"{side}_unmet_until", MOMENT, nullable=True))
    _tell_since_when()
    op.add_column("issued_document", sa.Column("kind", sa.String(), nullable=False, server_default="official"))
    with op.batch_alter_table("issued_document") as table:
        table.alter_column("kind", server_default=None)
    op.create_table(
        "conferred_degree",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("student_id", sa.Integer(), sa.ForeignKey("student.id"), nullable=False),
        sa.Column("institution_id", sa.String(), sa.ForeignKey("institution.id"), nullable=False),
        sa.Column("degree", sa.String(), nullable=False),
        sa.Column("curriculum_version_id", sa.Integer(), sa.ForeignKey("curriculum_version.id"), nullable=False),
        sa.Column("conferred_on", sa.Date(), nullable=False),
        sa.Column("claims", sa.JSON(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.UniqueConstraint("student_id", "institution_id", name="uq_conferred_degree_student_id_institution_id"),
    )
    op.create_table(
        "conferral_session",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("institution_id", sa.String(), sa.ForeignKey("institution.id"), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("minute", sa.String(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("modality", sa.String(), nullable=True),
        sa.Column("drafted_by", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("drafted_at", MOMENT, nullable=False),
        sa.Column("closed_by", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.UniqueConstraint("institution_id", "minute", name="uq_conferral_session_institution_id_minute"),
    )
    op.create_table(
        "session_entry",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("session_id", sa.Integer(), sa.ForeignKey("conferral_session.id"), nullable=False),
        sa.Column("student_id", sa.Integer(), sa.ForeignKey("student.id"), nullable=False),
        sa.Column("institution_id", sa.String(), sa.ForeignKey("institution.id"), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.UniqueConstraint("session_id", "student_id", name="uq_session_entry_session_id_student_id"),
    )
    op.create_table(
        "award",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("student_id", sa.Integer(), sa.ForeignKey("student.id"), nullable=False),
        sa.Column("institution_id", sa.String(), sa.ForeignKey("institution.id"), nullable=False),
        sa.Column("applied_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("graduated_on", sa.Date(), nullable=True),
        sa.Column("graduation_number", sa.String(), nullable=True),
        sa.Column("conferred_on", sa.Date(), nullable=True),
        sa.Column("session_id", sa.Integer(), sa.ForeignKey("conferral_session.id"), nullable=True),
        sa.Column("certificate_number", sa.String(), nullable=True),
        sa.Column("modality", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.UniqueConstraint("student_id", "institution_id", name="uq_award_student_id_institution_id"),
        sa.UniqueConstraint("institution_id", "certificate_number", name="uq_award_institution_id_certificate_number"),
        sa.UniqueConstraint("institution_id", "graduation_number", name="uq_award_institution_id_graduation_number"),
    )
    op.create_table(
        "hearing",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("student_id", sa.Integer(), sa.ForeignKey("student.id"), nullable=False),
        sa.Column("institution_id", sa.String(), sa.ForeignKey("institution.id"), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.JSON(), nullable=False),
        sa.Column("appeal_body", sa.JSON(), nullable=False),
        sa.Column("appeal_days", sa.Integer(), nullable=False),
        sa.Column("notified_at", MOMENT, nullable=False),
        sa.Column("notified_by", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Integer(), sa.ForeignKey("conferral_session.id"), nullable=True),
        sa.Column("appeal_until", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
    op.create_table(
        "errand_tick",
        sa.Column("student_id", sa.Integer(), sa.ForeignKey("student.id"), primary_key=True),
        sa.Column("institution_id", sa.String(), sa.ForeignKey("institution.id"), primary_key=True),
        sa.Column("errand", sa.String(), primary_key=True),
        sa.Column("ticked_at", MOMENT, nullable=False),
    )
    for table, column in INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])


INDEXES = (
    ("conferred_degree", "student_id"),
    ("conferral_session", "institution_id"),
    ("session_entry", "session_id"),
    ("session_entry", "student_id"),
    ("award", "student_id"),
    ("hearing", "student_id"),
)


def downgrade() -> None:
    for table in ("errand_tick", "hearing", "award", "session_entry", "conferral_session", "conferred_degree"):
        op.drop_table(table)
    op.drop_column("issued_document", "kind")
    for side in SIDES:
        op.drop_column("latest_audit", f"{side}_unmet_until")
        op.drop_column("latest_audit", f"{side}_met_since")


def _tell_since_when() -> None:
    """Of the answers that are kept as the latest: since when each side's degree is met, or longer than that."""
    connection = op.get_bind()
    columns = (LATEST.c.student_id, LATEST.c.include, LATEST.c.since, RESULT.c.answer)
    query = sa.select(*columns).join_from(LATEST, RESULT, RESULT.c.id == LATEST.c.result_id)
    # Whose two degrees stand in the order of the two enrolments; of one alone nothing tells which it is.
    for row in connection.execute(query.where(LATEST.c.enrolments == 2)).all():
        degrees = list(json.loads(row.answer)["degrees"].values())
        met = {f"{side}_met_since": row.since for side, degree in zip(SIDES, degrees, strict=False) if degree["met"]}
        if met and len(degrees) == len(SIDES):
            whose = (LATEST.c.student_id == row.student_id, LATEST.c.include == row.include)
            connection.execute(sa.update(LATEST).where(*whose).values(**met))
