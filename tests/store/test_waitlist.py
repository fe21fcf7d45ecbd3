from datetime import date

import pytest
from msgspec.structs import replace

from appliance.domain.waitlist import Entry, EntryState
from appliance.store import waitlist
from appliance.store.engine import Database
from support.books import add_restaurant, small_restaurant, waiting

DAY, NEXT = date(2026, 11, 25), date(2026, 11, 26)


@pytest.fixture
async def database(database: Database) -> Database:
    for id_ in ("rest_a", "rest_b"):
        await add_restaurant(database, small_restaurant(id_))
    return database


async def _add(database: Database, *entries: Entry) -> None:
    async with database.write() as tx:
        for entry in entries:
            await waitlist.add(tx, entry)


async def test_an_entry_comes_back_as_it_was_written(database: Database) -> None:
    entry = waiting(minutes=(540, 1470), notes="ventana", needs=("celiac",), area_id="x", high_chairs=2, call_id="c")
    await _add(database, entry)
    changed = replace(entry, state=EntryState.OFFERED, reservation_id="res_1", updated_at=7, needs=())
    async with database.write() as tx:
        assert await waitlist.one(tx, "rest_a", entry.id) == entry
        await waitlist.save(tx, changed)
    async with database.read() as tx:
        assert await waitlist.one(tx, "rest_a", entry.id) == changed
        assert await waitlist.offered(tx, "res_1") == changed
        assert await waitlist.offered(tx, "res_2") is None
        assert await waitlist.one(tx, "rest_b", entry.id) is None


async def test_whoever_came_first_is_first(database: Database) -> None:
    await _add(
        database,
        waiting("w_late", created_at=30),
        waiting("w_first", created_at=10, date=NEXT),
        waiting("w_second", created_at=20),
        waiting("w_settled", created_at=5, state=EntryState.LEFT),
        waiting("w_elsewhere", created_at=1, restaurant_id="rest_b"),
    )
    async with database.read() as tx:
        found = await waitlist.waiting(tx, "rest_a", [DAY, NEXT], limit=10)
        of_the_day = await waitlist.waiting(tx, "rest_a", [DAY], limit=1)
    assert [entry.id for entry in found] == ["w_first", "w_second", "w_late"]
    assert [entry.id for entry in of_the_day] == ["w_second"]


async def test_the_days_that_somebody_waits_for_are_gone_through_piece_by_piece(database: Database) -> None:
    await _add(
        database,
        waiting("w_1"),
        waiting("w_2"),
        waiting("w_3", date=NEXT),
        waiting("w_4", restaurant_id="rest_b"),
        waiting("w_5", restaurant_id="rest_b", date=NEXT, state=EntryState.BOOKED),
    )
    seen, after = [], ("", "")
    async with database.read() as tx:
        while places := await waitlist.waited_for(tx, after=after, limit=2):
            seen.append(places)
            after = places[-1][0], places[-1][1].isoformat()
    assert seen == [[("rest_a", DAY), ("rest_a", NEXT)], [("rest_b", DAY)]]


async def test_the_list_is_read_page_by_page(database: Database) -> None:
    await _add(
        database,
        *(waiting(f"w_{n}", created_at=n) for n in range(3)),
        waiting("w_left", state=EntryState.LEFT, created_at=4),
        waiting("w_next", date=NEXT, created_at=5),
    )
    async with database.read() as tx:
        rest, total = await waitlist.page(tx, "rest_a", day=None, open_only=False, limit=2, offset=2)
        still, open_ = await waitlist.page(tx, "rest_a", day=DAY, open_only=True, limit=10, offset=0)
    assert ([entry.id for entry in rest], total) == (["w_2", "w_left"], 5)
    assert ([entry.id for entry in still], open_) == (["w_0", "w_1", "w_2"], 3)


async def test_only_whoever_still_waits_waits_in_vain(database: Database) -> None:
    await _add(
        database,
        waiting("w_1"),
        waiting("w_offered", state=EntryState.OFFERED),
        waiting("w_next", date=NEXT),
        waiting("w_elsewhere", restaurant_id="rest_b"),
    )
    async with database.write() as tx:
        assert await waitlist.give_up(tx, "rest_a", DAY, now_ms=9) == 1
        assert await waitlist.give_up(tx, "rest_a", DAY, now_ms=9) == 0
    async with database.read() as tx:
        found, _ = await waitlist.page(tx, "rest_a", day=None, open_only=False, limit=10, offset=0)
    assert {entry.id: entry.state for entry in found} == {
        "w_1": EntryState.MISSED,
        "w_offered": EntryState.OFFERED,
        "w_next": EntryState.WAITING,
    }


async def test_a_guest_s_entries_are_those_not_settled(database: Database) -> None:
    await _add(
        database,
        waiting("w_1"),
        waiting("w_offered", state=EntryState.OFFERED),
        waiting("w_missed", state=EntryState.MISSED),
        waiting("w_other", phone="+34600000002"),
    )
    async with database.read() as tx:
        found = await waitlist.of_phone(tx, "rest_a", "+34600000001")
    assert [entry.id for entry in found] == ["w_1", "w_offered"]
