"""A minute of traffic, of each restaurant and of all"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rollups",
        sa.Column("restaurant_id", sa.String(), nullable=False),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("request_times", sa.Text(), nullable=False),
        sa.Column("tools", sa.Integer(), nullable=False),
        sa.Column("tool_failures", sa.Integer(), nullable=False),
        sa.Column("tool_times", sa.Text(), nullable=False),
        sa.Column("cpu", sa.Double()),
        sa.Column("memory", sa.Double()),
        sa.Column("loop_lag_ms", sa.Double()),
        sa.PrimaryKeyConstraint("restaurant_id", "minute", "node", name="pk_rollups"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_rollups_minute", "rollups", ["minute"])
