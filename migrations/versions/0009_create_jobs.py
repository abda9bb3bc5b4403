"""Create the jobs of long work and the runs of cohort audits."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=True),
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("failure", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_job_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_state_id", "job", ["state", "id"], unique=False)
    op.create_index(op.f("ix_job_batch"), "job", ["batch"], unique=False)
    op.create_table(
        "cohort_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=True),
        sa.Column("include", sa.String(length=16), nullable=False),
        sa.Column("students", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("working_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_cohort_run_institution_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_cohort_run_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_run")),
    )
    op.create_index(op.f("ix_cohort_run_institution_id"), "cohort_run", ["institution_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_cohort_run_institution_id"), table_name="cohort_run")
    op.drop_table("cohort_run")
    op.drop_index(op.f("ix_job_batch"), table_name="job")
    op.drop_index("ix_job_state_id", table_name="job")
    op.drop_table("job")
