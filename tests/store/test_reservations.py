import asyncio

import pytest
from sqlalchemy import text

from appliance.domain.reservation import HOLDING, Reservation, ReservationStatus
from appliance.domain.restaurant import QUARTER_MS
from appliance.errors import Conflict
from appliance.store import customers, reservations
from appliance.store.engine import Database
from support.books import NOON, add_restaurant, booking, small_restaurant

BOTH = ("rest_a_t1", "rest_a_t2")


@pytest.fixture
async def book(database: Database) -> Database:
    await add_restaurant(database, small_restaurant())
    return database


async def insert(book: Database, reservation: Reservation) -> None:
    async with book.write() as tx:
        await reservations.insert(tx, reservation)


async def on_the_day(book: Database) -> list[Reservation]:
    async with book.read() as tx:
        found, total = await reservations.page(tx, "rest_a", date="2026-11-25", limit=100, offset=0)
    assert len(found) == total
    return found


async def claimed(book: Database) -> list[tuple[str, int]]:
    async with book.read() as tx:
        return sorted(await reservations.claims(tx, "rest_a", range(10**7)))


async def test_a_reservation_comes_back_as_it_was_written(book: Database) -> None:
    async with book.write() as tx:
        guest = await customers.remember(
            tx, id_="cust_1", restaurant_id="rest_a", phone="+34600000001", name="Ana", by_owner=True, now_ms=1
        )
    full = booking(customer_id=guest.id, notes="junto a la ventana", call_id="call_1", table_ids=BOTH, created_at=5)
    await insert(book, full)
    async with book.read() as tx:
        assert await reservations.one(tx, full.id) == full
        assert await reservations.of_call(tx, "rest_a", "call_1") == [full]
        assert await reservations.of_call(tx, "rest_b", "call_1") == []
        assert await reservations.one(tx, "res_other") is None
        assert await reservations.count_created_since(tx, 5) == 1
        assert await reservations.count_created_since(tx, 6) == 0


@pytest.mark.parametrize("shift_by", [0, -7, 7])
async def test_two_parties_on_one_table_at_one_time_are_impossible(book: Database, shift_by: int) -> None:
    await insert(book, booking())
    moved = NOON + shift_by * QUARTER_MS
    with pytest.raises(Conflict):
        await insert(book, booking("res_2", starts_at=moved, ends_at=moved + 8 * QUARTER_MS))
    assert [row.id for row in await on_the_day(book)] == ["res_1"]
    assert len(await claimed(book)) == 8


async def test_a_join_that_shares_one_table_with_another_party_leaves_nothing(book: Database) -> None:
    await insert(book, booking(table_ids=("rest_a_t2",)))
    with pytest.raises(Conflict):
        await insert(book, booking("res_2", table_ids=BOTH))
    assert await claimed(book) == [("rest_a_t2", NOON // QUARTER_MS + n) for n in range(8)]
    async with book.read() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM reservation_tables"))).scalar_one() == 1


async def test_one_party_may_follow_another(book: Database) -> None:
    await insert(book, booking())
    await insert(book, booking("res_2", starts_at=NOON + 8 * QUARTER_MS, ends_at=NOON + 16 * QUARTER_MS))
    assert len(await claimed(book)) == 16


async def test_a_part_of_a_quarter_takes_all_of_it(book: Database) -> None:
    await insert(book, booking(ends_at=NOON + QUARTER_MS + 1))
    with pytest.raises(Conflict):
        await insert(book, booking("res_2", starts_at=NOON + QUARTER_MS + 60_000, ends_at=NOON + 2 * QUARTER_MS))


@pytest.mark.parametrize("status", sorted(set(ReservationStatus) - HOLDING))
async def test_a_released_reservation_frees_its_tables_once(book: Database, status: ReservationStatus) -> None:
    await insert(book, booking(table_ids=BOTH))
    async with book.write() as tx:
        assert await reservations.release(tx, "res_1", status, now_ms=9)
        assert not await reservations.release(tx, "res_1", status, now_ms=10)
    await insert(book, booking("res_2", table_ids=BOTH))
    assert [(row.id, row.status, row.table_ids) for row in await on_the_day(book)] == [
        ("res_1", status, BOTH),
        ("res_2", ReservationStatus.CONFIRMED, BOTH),
    ]


@pytest.mark.parametrize("status", list(ReservationStatus))
async def test_only_a_reservation_that_holds_claims_tables(book: Database, status: ReservationStatus) -> None:
    await insert(book, booking(status=status))
    assert bool(await claimed(book)) == (status in HOLDING)


async def test_of_many_who_race_for_a_table_one_gets_it(book: Database) -> None:
    async def try_to_book(number: int) -> bool:
        try:
            await insert(book, booking(f"res_{number:02}"))
        except Conflict:
            return False
        return True

    assert sum(await asyncio.gather(*map(try_to_book, range(20)))) == 1
    assert len(await on_the_day(book)) == 1


async def test_claims_are_those_of_the_window(book: Database) -> None:
    await insert(book, booking())
    first = NOON // QUARTER_MS
    async with book.read() as tx:
        assert sorted(await reservations.claims(tx, "rest_a", range(first + 6, first + 20))) == [
            ("rest_a_t1", first + 6),
            ("rest_a_t1", first + 7),
        ]
        assert await reservations.claims(tx, "rest_b", range(first, first + 8)) == []


async def test_a_guests_upcoming_reservations_are_those_that_hold_and_have_not_ended(book: Database) -> None:
    later = {"starts_at": NOON + 40 * QUARTER_MS, "ends_at": NOON + 48 * QUARTER_MS}
    await insert(book, booking("res_later", **later))
    await insert(book, booking("res_now"))
    await insert(book, booking("res_gone", status=ReservationStatus.CANCELLED))
    await insert(book, booking("res_theirs", phone="+34600000002", table_ids=("rest_a_t2",)))
    async with book.read() as tx:
        soon = await reservations.upcoming_of_phone(tx, "rest_a", "+34600000001", since_ms=NOON)
        assert [row.id for row in soon] == ["res_now", "res_later"]
        late = await reservations.upcoming_of_phone(tx, "rest_a", "+34600000001", since_ms=NOON + 8 * QUARTER_MS)
        assert [row.id for row in late] == ["res_later"]


async def test_pages_cut_the_book_by_date_and_start(book: Database) -> None:
    for n in range(3):
        start = NOON + n * 8 * QUARTER_MS
        await insert(book, booking(f"res_{n}", starts_at=start, ends_at=start + 8 * QUARTER_MS))
    await insert(book, booking("res_other_day", date="2026-11-24", starts_at=NOON - QUARTER_MS, ends_at=NOON))
    async with book.read() as tx:
        found, total = await reservations.page(tx, "rest_a", date="2026-11-25", limit=2, offset=1)
        assert ([row.id for row in found], total) == (["res_1", "res_2"], 3)
        found, total = await reservations.page(tx, "rest_a", date=None, limit=1, offset=0)
        assert ([row.id for row in found], total) == (["res_other_day"], 4)
        assert await reservations.page(tx, "rest_b", date=None, limit=9, offset=0) == ([], 0)
