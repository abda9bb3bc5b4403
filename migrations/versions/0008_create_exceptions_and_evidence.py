"""Keep audits as evidence, and the exceptions that they use."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
