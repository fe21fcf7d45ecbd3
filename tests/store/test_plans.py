from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from appliance.store import calls, reservations
from appliance.store.engine import Database, Tx

READS: dict[str, Callable[[Tx], Awaitable[object]]] = {
    "one call": lambda tx: calls.one(tx, "rest_a", "call_1"),
    "a page of calls": lambda tx: calls.page(tx, "rest_a", limit=10, offset=0),
    "the events of a call": lambda tx: calls.events(tx, "retell", "call_1"),
    "the calls of a day": lambda tx: calls.count_since(tx, 1),
    "the bookings of a day": lambda tx: reservations.count_created_since(tx, 1),
    "the bookings of a call": lambda tx: reservations.of_call(tx, "rest_a", "call_1"),
}


async def _plans(database: Database, read: Callable[[Tx], Awaitable[object]]) -> list[str]:
    """How SQLite answers each of the statements."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    async with database.read() as tx:
        event.listen(tx.sync_connection, "before_cursor_execute", note)
        await read(tx)
        event.remove(tx.sync_connection, "before_cursor_execute", note)
        return [
            row.detail
            for statement, parameters in asked
            for row in await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("read", READS.values(), ids=READS)
async def test_no_table_is_read_through(database: Database, read: Callable[[Tx], Awaitable[object]]) -> None:
    plans = await _plans(database, read)
    assert plans
    assert [plan for plan in plans if plan.startswith("SCAN")] == []


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_call_is_found_by_its_id_and_not_among_all_of_its_restaurant(database: Database) -> None:
    assert "call_id=?" in str(await _plans(database, READS["one call"]))


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_table_read_through_would_be_noticed(database: Database) -> None:
    async def count(tx: Tx) -> object:
        return await tx.execute(text("SELECT count(*) FROM inbox WHERE headers = 'x'"))

    assert [plan.split()[0] for plan in await _plans(database, count)] == ["SCAN"]
