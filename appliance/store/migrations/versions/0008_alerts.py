"""Episodes of alerts"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WORDS = ("rule", "restaurant_id", "level", "acknowledged_by", "resolved_by", "told")
TIMES = ("opened_at", "seen_at", "critical_at", "acknowledged_at", "resolved_at", "told_at", "escalated_at")


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in WORDS),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in TIMES),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    going_on = sa.text("resolved_at = 0")
    op.create_index(
        "uq_alerts_going_on",
        "alerts",
        ["rule", "restaurant_id"],
        unique=True,
        sqlite_where=going_on,
        postgresql_where=going_on,
    )
    op.create_index(op.f("ix_alerts_resolved_at"), "alerts", ["resolved_at"])
    op.create_index(op.f("ix_alerts_restaurant_id_opened_at"), "alerts", ["restaurant_id", "opened_at"])
