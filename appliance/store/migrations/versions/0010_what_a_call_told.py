"""What one call has told: who it put on the waiting list, by an index, and what needs it was the first to tell

Nearly every live tool asks where its call waits. By the restaurant alone that is a walk through all who ever waited.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_waitlist_call_id"), "waitlist", ["call_id"])
    op.add_column("customers", sa.Column("told", sa.Text()))
