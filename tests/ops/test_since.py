from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from appliance.config import Settings
from appliance.domain.reservation import Reservation, ReservationStatus
from appliance.errors import StartError
from appliance.ops.since import Counted, save, take_over
from appliance.store import customers, inbox, reservations
from appliance.store.engine import Database
from support.books import add_restaurant, booking, event, small_restaurant
from support.fake_clock import START_MS, FakeClock

THEN = START_MS + 1000
OTHER_TABLE = ("rest_a_t2",)
EARLIER = booking("res_1", updated_at=START_MS)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url=database_url)


@pytest.fixture
async def book(database: Database) -> Database:
    await add_restaurant(database, small_restaurant())
    await write(database, EARLIER)
    await inbox.accept(database, [event("e1")])
    return database


async def write(database: Database, *rows: Reservation) -> None:
    async with database.write() as tx:
        for row in rows:
            known = await reservations.one(tx, row.id)
            await (reservations.replace if known else reservations.insert)(tx, row)


async def back_to_then(database: Database) -> None:
    """What a restore does to the rows that these tests look at."""
    async with database.write() as tx:
        for table in ("table_claims", "reservation_tables", "reservations", "customers", "tasks", "inbox"):
            await tx.execute(text(f"DELETE FROM {table}"))
    await write(database, EARLIER)
    await inbox.accept(database, [event("e1")])


async def booked(database: Database, id_: str) -> Reservation | None:
    async with database.read() as tx:
        return await reservations.one(tx, id_)


async def guest(database: Database, id_: str) -> str:
    async with database.write() as tx:
        known = await customers.remember(
            tx, id_=id_, restaurant_id="rest_a", phone="+34600000009", name="Eva", by_owner=True, now_ms=THEN
        )
    return known.id


async def test_what_came_since_is_there_again_after_the_data_of_before(
    book: Database, settings: Settings, tmp_path: Path
) -> None:
    new = booking("res_2", name="Eva", phone="+34600000009", table_ids=OTHER_TABLE, updated_at=THEN)
    new = replace(new, customer_id=await guest(book, "cust_9"))
    cancelled = replace(EARLIER, status=ReservationStatus.CANCELLED, updated_at=THEN)
    await write(book, cancelled, new)
    await inbox.accept(book, [event("e2", received_at=THEN)])
    assert await save(settings, tmp_path / "since", since_ms=THEN) == Counted(events=1, reservations=2)
    await back_to_then(book)
    assert await take_over(settings, tmp_path / "since", FakeClock()) == Counted(events=1, reservations=2)
    assert await booked(book, "res_2") == new
    assert await booked(book, "res_1") == cancelled
    async with book.read() as tx:
        kept = [one async for one in inbox.since(tx, THEN)]
    assert [replace(one, id="e2") for one in kept] == [event("e2", received_at=THEN)]


async def test_taking_over_twice_changes_nothing(book: Database, settings: Settings, tmp_path: Path) -> None:
    await inbox.accept(book, [event("e2", received_at=THEN)])
    await write(book, booking("res_2", table_ids=OTHER_TABLE, updated_at=THEN))
    await save(settings, tmp_path / "since", since_ms=THEN)
    assert await take_over(settings, tmp_path / "since", FakeClock()) == Counted(events=0, reservations=1)
    assert (await booked(book, "res_2")) == booking("res_2", table_ids=OTHER_TABLE, updated_at=THEN)


async def test_what_was_changed_after_it_was_taken_over_stays_so(
    book: Database, settings: Settings, tmp_path: Path
) -> None:
    new = booking("res_2", table_ids=OTHER_TABLE, updated_at=THEN)
    await write(book, new)
    await save(settings, tmp_path / "since", since_ms=THEN)
    changed = replace(new, party_size=1, updated_at=THEN + 1)
    await write(book, changed)
    await take_over(settings, tmp_path / "since", FakeClock())
    assert await booked(book, "res_2") == changed


async def test_a_booking_at_a_table_that_was_not_there_yet_is_named(
    book: Database, settings: Settings, tmp_path: Path
) -> None:
    new = booking("res_2", table_ids=OTHER_TABLE, updated_at=THEN)
    await write(book, new)
    await save(settings, tmp_path / "since", since_ms=THEN)
    await back_to_then(book)
    async with book.write() as tx:
        await tx.execute(text("DELETE FROM tables WHERE id = 'rest_a_t2'"))
    assert await take_over(settings, tmp_path / "since", FakeClock()) == Counted(left=(new,))


async def test_an_event_that_waited_for_a_person_waits_again(
    book: Database, settings: Settings, tmp_path: Path
) -> None:
    await inbox.accept(book, [event("e2", received_at=THEN, state="held", error="unknown_restaurant")])
    await save(settings, tmp_path / "since", since_ms=THEN)
    await back_to_then(book)
    await take_over(settings, tmp_path / "since", FakeClock())
    async with book.read() as tx:
        kept = [(one.state, one.error) async for one in inbox.since(tx, THEN)]
    assert kept == [("held", "unknown_restaurant")]


async def test_parties_that_changed_tables_with_each_other_find_them(
    book: Database, settings: Settings, tmp_path: Path
) -> None:
    moved = replace(EARLIER, table_ids=OTHER_TABLE, updated_at=THEN)
    other = booking("res_0", updated_at=THEN)  # written first, at the table that res_1 has left
    await write(book, moved, other)
    await save(settings, tmp_path / "since", since_ms=THEN)
    await back_to_then(book)
    assert (await take_over(settings, tmp_path / "since", FakeClock())).reservations == 2
    assert await booked(book, "res_0") == other


async def test_a_booking_whose_table_is_taken_is_named_and_not_forced(
    book: Database, settings: Settings, tmp_path: Path
) -> None:
    new = booking("res_2", table_ids=OTHER_TABLE, updated_at=THEN)
    await write(book, new)
    await save(settings, tmp_path / "since", since_ms=THEN)
    await back_to_then(book)
    await write(book, booking("res_3", table_ids=OTHER_TABLE))
    assert await take_over(settings, tmp_path / "since", FakeClock()) == Counted(left=(new,))
    assert await booked(book, "res_2") is None


async def test_a_file_that_is_there_is_not_overwritten(book: Database, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "since").write_text("precious")
    with pytest.raises(StartError, match="is there already"):
        await save(settings, tmp_path / "since", since_ms=0)
    assert (tmp_path / "since").read_text() == "precious"


async def test_another_file_is_refused_before_anything_is_written(
    book: Database, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "since").write_text('{"type": "song"}\n')
    with pytest.raises(StartError, match="is not what"):
        await take_over(settings, tmp_path / "since", FakeClock())
