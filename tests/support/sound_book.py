"""What must be true of every reservation book at any moment."""

from collections import Counter
from itertools import pairwise

from sqlalchemy import select

from appliance.domain.reservation import HOLDING, Reservation
from appliance.store import reservations
from appliance.store.engine import Database
from appliance.store.schema import table_claims


async def assert_sound(database: Database, restaurant_id: str) -> list[Reservation]:
    """No table holds two parties, and the claims are exactly those of the reservations that hold; which are these."""
    async with database.read() as tx:
        everything, _ = await reservations.page(tx, restaurant_id, date=None, limit=10_000, offset=0)
        claims = (await tx.execute(select(table_claims).where(table_claims.c.restaurant_id == restaurant_id))).all()
    holding = [one for one in everything if one.status in HOLDING]
    _assert_no_overlap(holding)
    expected = Counter(
        (one.id, table_id, quarter) for one in holding for table_id in one.table_ids for quarter in one.quarters
    )
    assert Counter((claim.reservation_id, claim.table_id, claim.quarter) for claim in claims) == expected
    return holding


def _assert_no_overlap(holding: list[Reservation]) -> None:
    by_table: dict[str, list[Reservation]] = {}
    for one in holding:
        assert one.table_ids
        for table_id in one.table_ids:
            by_table.setdefault(table_id, []).append(one)
    for parties in by_table.values():
        for earlier, later in pairwise(sorted(parties, key=lambda one: one.starts_at)):
            assert earlier.free_at <= later.starts_at, (earlier, later)
