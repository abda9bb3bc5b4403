"""Create the jobs of long work and the runs of cohort audits."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
