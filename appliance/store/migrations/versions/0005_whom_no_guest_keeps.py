"""Bookings of nobody's guest that still say something: an index that the query for them can use"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STRANGERS = sa.text(
    "customer_id IS NULL AND (name <> '' OR phone <> '' OR notes <> '' OR needs <> '[]' OR call_id <> '')"
)


def upgrade() -> None:
    op.drop_index("ix_reservations_strangers", "reservations")
    op.create_index(
        "ix_reservations_strangers",
        "reservations",
        ["restaurant_id", "starts_at"],
        sqlite_where=_STRANGERS,
        postgresql_where=_STRANGERS,
    )
