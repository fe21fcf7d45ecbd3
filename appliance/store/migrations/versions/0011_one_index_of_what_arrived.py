"""An event's call and its key under one index

An index over what comes in any order costs a page for each row, to the disk and back: with two of them, half of all
that storing an event takes.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("inbox") as inbox:
        inbox.drop_index(op.f("ix_inbox_call_id"))
        inbox.drop_constraint(op.f("uq_inbox_idempotency_key"), type_="unique")
        inbox.create_unique_constraint(op.f("uq_inbox_call_id_idempotency_key"), ["call_id", "idempotency_key"])
