"""What is agreed with a restaurant, and which of its revisions it is"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("plan_until", sa.String()),
        sa.Column("api_requests", sa.Integer()),
        sa.Column("enforce_webhooks", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("revision", sa.BigInteger(), nullable=False, server_default="0"),
    ):
        op.add_column("restaurants", column)
